"""Prove the README's section for portals that exist: `python -m ckanext.promote.portal.existing`.

A portal with other plugins, datasets and people is made; what the README says is done, command by
command; and all pages are looked at before, with the plugin, with contents, and without it again.
What differs beyond our own blocks is printed, and makes the exit code 1.
"""
from __future__ import annotations

import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from ckanext.promote.portal import bootstrap, existing_venv, testing
from ckanext.promote.portal.console import PortalError, say, step
from ckanext.promote.portal.existing_checks import Checks
from ckanext.promote.portal.existing_leaving import Leaving
from ckanext.promote.portal.existing_portal import Portal
from ckanext.promote.portal.existing_proof import Proof
from ckanext.promote.portal.processes import follow_make, stop_as_by_ctrl_c


def main() -> str | int:
    """Make the portal, prove the section, print the table; give the exit code or what went wrong.

    The servers are always embedded ones: those that variables name may hold somebody's data.
    """
    stop_as_by_ctrl_c()
    follow_make()
    for variable in [name for name in os.environ if name.startswith("CKAN_")]:
        del os.environ[variable]
    release = version("ckan")
    checks = Checks()
    try:
        testing.remove_crashed(Path(tempfile.gettempdir()))
        venv = existing_venv.folder(release)
        with bootstrap.exclusive(venv), tempfile.TemporaryDirectory() as folder:
            prove(release, Path(folder), checks)
    except (PortalError, bootstrap.BootstrapError) as error:
        checks.print_table()
        return str(error)
    except KeyboardInterrupt:
        return 130
    code = checks.print_table()
    if code:
        say(f"What the portal wrote is in {existing_venv.folder(release)}.log")
    return code


def prove(release: str, folder: Path, checks: Checks) -> None:
    """Do all that the README says, in its order, on servers of its own."""
    readme = (bootstrap.ROOT / "README.md").read_text("utf-8")
    with step("Building the wheel"):
        wheel, tree = existing_venv.build_wheel(bootstrap.ROOT, folder)
    checks.none("the wheel has every file of the package", existing_venv.differences(wheel, tree))
    venv, bare = existing_venv.prepare(release)
    with testing.fresh_servers() as addresses:
        portal = Portal(folder / "portal", venv, addresses)
        proof = Proof(portal, readme, checks)
        with step(f"Making a portal with CKAN {release}, other plugins and datasets"):
            portal.make()
        proof.look_before()
        proof.install(wheel, bare)
        proof.switch_on()
        proof.write_contents()
        proof.follow_recommendations()
        proof.look_with_contents()
        proof.meet_a_clash()
        leaving = Leaving(proof, readme)
        leaving.take_out()
        leaving.put_back()
        leaving.drop_tables()


if __name__ == "__main__":
    sys.exit(main())
