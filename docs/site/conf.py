# Sphinx on what stage.py has laid out. Warnings are errors: `./dev docs`.
import pathlib
import re
import warnings

project = "Racecourse"
author = "The Racecourse authors"
copyright = author  # noqa: A001  (Sphinx's name)
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = []
# docs/site/index.md is the root document; its toctrees reach everything but source pages, which are orphans.
root_doc = "index"
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
html_theme = "furo"
html_title = "Racecourse"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_favicon = "static/icon.svg"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#b34700", "color-brand-content": "#0063a0"},
    "dark_css_variables": {"color-brand-primary": "#ff9a4d", "color-brand-content": "#6cb8f0"},
}
# Highlighting what is no whole program (output of tools, excerpts) must not fail the build.
suppress_warnings = ["misc.highlighting_failure"]
warnings.filterwarnings("ignore", category=DeprecationWarning)


def make_theme_whole(app, error):
    """Debian ships furo unbundled: a style sheet at an absolute address, a module that no
    browser loads from a disk, and no colours for people whose system is dark (its Sass compiler drops the nested rule)."""
    if error:
        return
    static = pathlib.Path(app.outdir) / "_static"
    style = static / "styles" / "furo.css"
    text = style.read_text(encoding="utf-8")
    address = re.search(r"""@import\s+(?:url\()?["']?(/[^"')]*/)normalize\.css["']?\)?\s*;?""", text)
    if address:
        reset = pathlib.Path("/usr/share/javascript/normalize.css/normalize.css").read_text(encoding="utf-8")
        text = text[:address.start()] + reset + text[address.end():]
    if "prefers-color-scheme" not in text:
        dark = re.search(r'body\[data-theme="dark"\] \{([^}]*)\}', text)
        text += ("\n@media not print { @media (prefers-color-scheme: dark) {\n"
                 'body:not([data-theme="light"]) {' + dark[1] + "}\n"
                 'html body:not([data-theme="light"]) .only-light { display: none !important; }\n'
                 'body:not([data-theme="light"]) .only-dark { display: block !important; }\n} }\n')
    style.write_text(text, encoding="utf-8")
    script = static / "scripts" / "furo.js"
    text = script.read_text(encoding="utf-8")
    module = re.match(r'import Gumshoe from "\./gumshoe-patched\.js";\n', text)
    if module:
        library = (static / "scripts" / "gumshoe-patched.js").read_text(encoding="utf-8")
        script.write_text(library + "\n(() => {\n" + text[module.end():] + "\n})();\n", encoding="utf-8")


def setup(app):
    app.connect("build-finished", make_theme_whole)
