"""Debian's source packages, by name, with apt's own tools and a private configuration.

The machine's own package sources are read and repeated with `deb-src` added in a file under the working folder; apt is then
told to use that file and its own list folder, so nothing under /etc or /var changes. Only installing a missing
build dependency touches the machine, and its names are printed first.
"""

import glob
import os
import re
import subprocess


class Apt:
    def __init__(self, folder):
        self.folder = folder
        self.options = [
            "-o", f"Dir::Etc::sourcelist={folder}/field.sources",
            "-o", "Dir::Etc::sourceparts=-",
            "-o", f"Dir::State::lists={folder}/lists",
            "-o", "Dir::Cache::pkgcache=",
            "-o", "Dir::Cache::srcpkgcache=",
            "-o", "APT::Sandbox::User=",
        ]  # fmt: skip

    def prepare(self):
        """Writes the private list and fills it once. Returns None or a sentence."""
        if glob.glob(f"{self.folder}/lists/*Sources*"):
            return None
        codename = releaseField("VERSION_CODENAME")
        stanzas = [s for s in machineSources() if codename in s["Suites"].split()]
        if not stanzas:
            return f"no package source of this machine serves the release {codename!r}; field programs need Debian"
        os.makedirs(f"{self.folder}/lists/partial", exist_ok=True)
        with open(f"{self.folder}/field.sources", "w") as out:
            for stanza in stanzas:
                stanza["Types"] = "deb deb-src"
                out.write("".join(f"{key}: {value}\n" for key, value in stanza.items()) + "\n")
        return self.run(["update", "-qq"], self.folder)

    def run(self, arguments, directory):
        done = subprocess.run(
            ["apt-get", *self.options, *arguments], cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode == 0:
            return None
        errors = [line for line in done.stdout.splitlines() if line.startswith("E:")] or ["apt-get failed"]
        return errors[0][2:].strip()

    def fetch(self, source, downloads, target):
        """Downloads one source package and unpacks it into `target`, Debian's patches applied. Returns None or a sentence."""
        if os.path.isdir(target):
            return None
        os.makedirs(downloads, exist_ok=True)
        failure = self.run(["source", "-qq", "--download-only", "--only-source", source], downloads)
        if failure:
            return failure
        found = glob.glob(f"{downloads}/{source}_*.dsc")
        if not found:
            return f"apt-get downloaded no description of {source}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        # The archives' sums were checked by apt against the signed index.
        unpacking = subprocess.run(
            ["dpkg-source", "--no-check", "-x", max(found, key=os.path.getmtime), target],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        return None if unpacking.returncode == 0 else f"dpkg-source refused {source}: {unpacking.stdout.strip()[-200:]}"


def sourceVersion(target):
    """The Debian version of an unpacked source package."""
    with open(f"{target}/debian/changelog", errors="replace") as changelog:
        match = re.match(r"\S+ \(([^)]+)\)", changelog.readline())
    return match.group(1) if match else "unknown"


def install(packages):
    """Installs what is missing, told before it happens. Returns None or a sentence."""
    missing = [p for p in packages if not installed(p)]
    if not missing:
        return None
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "--no-upgrade", "--no-remove", *missing]
    if os.geteuid() != 0:
        return f"these packages are missing; as root: {' '.join(command)}"
    print("installing with apt: " + " ".join(missing), flush=True)
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    )
    return None if done.returncode == 0 else f"apt-get could not install {' '.join(missing)}: {done.stdout.strip()[-200:]}"


def installed(package):
    query = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Status}", package], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return query.stdout == "install ok installed"


def releaseField(name):
    with open("/etc/os-release") as release:
        for line in release:
            if line.startswith(name + "="):
                return line.split("=", 1)[1].strip().strip('"')
    return ""


def machineSources():
    """The machine's package sources as deb822 stanzas, whichever of apt's two notations they are written in."""
    stanzas = []
    for path in sorted(glob.glob("/etc/apt/sources.list.d/*.sources")):
        with open(path) as text:
            for block in re.split(r"\n\s*\n", text.read()):
                stanza = {}
                key = None
                for line in block.splitlines():
                    if line.startswith("#"):
                        continue
                    if line[:1].isspace() and key:
                        stanza[key] += "\n" + line
                    elif ":" in line:
                        key, value = line.split(":", 1)
                        stanza[key] = value.strip()
                if "deb" in stanza.get("Types", "").split() and "Suites" in stanza:
                    stanzas.append(stanza)
    for path in ["/etc/apt/sources.list", *sorted(glob.glob("/etc/apt/sources.list.d/*.list"))]:
        if not os.path.exists(path):
            continue
        with open(path) as text:
            for line in text:
                match = re.match(r"deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)", line.split("#")[0].strip())
                if not match:
                    continue
                stanza = {"Types": "deb", "URIs": match[2], "Suites": match[3], "Components": match[4]}
                signed = re.search(r"signed-by=(\S+)", match[1] or "")
                if signed:
                    stanza["Signed-By"] = signed[1]
                stanzas.append(stanza)
    return stanzas
