"""Solr and Jetty from Maven Central: the list of jars, their checksums, and where they are kept.

The list (solr_files/jars.txt) is resolved once, with `python -m ckanext.promote.portal.jars` and
its output, so that nobody's start depends on how a resolver reads 300 project files that day.
"""
from __future__ import annotations

import fcntl
import hashlib
import logging
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import requests

from ckanext.promote.portal.console import PortalError, step

if TYPE_CHECKING:
    from jgo.maven import Artifact, MavenContext

LIST = Path(__file__).with_name("solr_files") / "jars.txt"

# jetty-server and the two of jakarta are named since the resolver would take older ones, with
# which Solr does not start.
COORDINATES = (
    "org.eclipse.jetty:jetty-server:10.0.22",
    "org.eclipse.jetty:jetty-webapp:10.0.22",
    "org.apache.solr:solr-core:9.8.1",
    "jakarta.inject:jakarta.inject-api:2.0.1",
    "jakarta.annotation:jakarta.annotation-api:2.1.1",
)
# Solr runs without: analysers of Korean and Japanese, and what only a cluster talks through.
UNUSED = ("lucene-analysis-kuromoji", "lucene-analysis-nori", "netty-tcnative-boringssl-static")


@dataclass(frozen=True)
class Jar:
    """One line of the list: Maven's coordinate, and the SHA-256."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @classmethod
    def parse(cls, line: str) -> Jar:
        """Read `group:artifact:version[:classifier] sha256`."""
        coordinate, checksum = line.split()
        group, artifact, version, classifier = (*coordinate.split(":"), "")[:4]
        return cls(group, artifact, version, classifier, checksum)

    @property
    def filename(self) -> str:
        """Give the file's name, which the repository knows it by."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{suffix}.jar"


def listed() -> list[Jar]:
    """Give the jars of the list."""
    return [Jar.parse(line) for line in LIST.read_text(encoding="utf-8").splitlines()]


def folder() -> Path:
    """Give the folder of jars, which every portal and test run of this user shares."""
    digest = hashlib.sha256(LIST.read_bytes()).hexdigest()[:12]
    return platformdirs.user_cache_path("ckanext-promote") / f"solr-{digest}"


def fetched() -> list[Path]:
    """Give the paths of all jars, fetching them once; the folder appears only when it is whole."""
    jars, whole = listed(), folder()
    if not whole.exists():
        whole.parent.mkdir(parents=True, exist_ok=True)
        with (whole.parent / f"{whole.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                fetch(jars, whole)
    return [whole / jar.filename for jar in jars]


def fetch(jars: list[Jar], whole: Path) -> None:
    """Fetch all jars into a folder beside the final one, check them, and rename it."""
    partial = whole.with_name(f"{whole.name}.partial")
    partial.mkdir(exist_ok=True)
    context = maven(partial / "repository")
    with step("Fetching Solr (60 MB, once for this user)"):
        try:
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda jar: fetch_one(context, jar, partial), jars))
        except (requests.RequestException, RuntimeError) as error:
            raise PortalError(
                "Solr's files cannot be fetched from the Maven repository: check the network and"
                f" the proxy (HTTPS_PROXY), then run make again ({type(error).__name__})."
            ) from error
    shutil.rmtree(partial / "repository", ignore_errors=True)
    partial.rename(whole)


def fetch_one(context: MavenContext, jar: Jar, target: Path) -> None:
    """Fetch one jar unless an interrupted start did, and refuse it if its checksum differs."""
    path = target / jar.filename
    if path.exists() and sha256(path) == jar.sha256:
        return
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    artifact = component.artifact(classifier=jar.classifier)
    if artifact.cached_path:
        artifact.cached_path.unlink(missing_ok=True)
    fresh = artifact.resolve()
    if sha256(fresh) != jar.sha256:
        raise PortalError(
            f"{jar.filename} is not the file that this project was made with (its SHA-256 differs):"
            " look for a proxy or a mirror that changes files, then run make again."
        )
    fresh.replace(path)


def maven(repository: Path) -> MavenContext:
    """Give access to Maven Central, and to the repositories of the user's own jgo settings."""
    from jgo.config import GlobalSettings  # noqa: PLC0415 -- slow import
    from jgo.maven import MavenContext  # noqa: PLC0415 -- slow import

    logging.getLogger("jgo").setLevel(logging.ERROR)
    own = GlobalSettings.load().repositories
    context = MavenContext(repo_cache=repository, timeout=30)
    context.remote_repos.update(own)
    return context


def sha256(path: Path) -> str:
    """Give a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- Making the list ---


def resolve(repository: Path) -> list[Artifact]:
    """Resolve the coordinates with everything they need to run."""
    from jgo.parse import Endpoint  # noqa: PLC0415 -- slow import

    context = maven(repository)
    wanted = Endpoint.parse("+".join(COORDINATES)).coordinates
    inputs, others = context.resolver.resolve(
        [context.create_dependency(replace(coordinate, scope="compile")) for coordinate in wanted]
    )
    needed = [dependency for dependency in others if dependency.scope in ("compile", "runtime")]
    artifacts = [dependency.artifact for dependency in (*inputs, *needed)]
    return [artifact for artifact in artifacts if artifact.artifactId not in UNUSED]


def main(repository: Path) -> None:
    """Print the list of jars with their checksums."""
    found = resolve(repository)
    lines = [f"{coordinate(artifact)} {sha256(artifact.resolve())}\n" for artifact in found]
    sys.stdout.writelines(sorted(lines))


def coordinate(artifact: Artifact) -> str:
    """Give what names an artifact in the list."""
    parts = (artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier)
    return ":".join(part for part in parts if part)


if __name__ == "__main__":
    main(platformdirs.user_cache_path("ckanext-promote") / "resolver")
