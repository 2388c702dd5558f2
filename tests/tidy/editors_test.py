"""Editors that run without a screen, set up with nothing but what `racecourse doctor --editor NAME` prints, on a file with a race.

usage: editors_test.py BUILD [unittest arguments]

Vim with ALE, Neovim with its own language client, Emacs with compile mode and with eglot. Those that are not installed are
skipped by name; ./dev installs none of them.
"""

import json
import pathlib
import re
import sys
import tempfile
import unittest

from doors import installed, run

BUILD = pathlib.Path()
RACE = "racecourse-unguarded-shared-data"
PROGRAM = """#include <thread>
int counter = 0;
int main() {
  std::thread other([] { ++counter; });
  ++counter;
  other.join();
}
"""
EGLOT = pathlib.Path("/usr/share/emacs/site-lisp/elpa-src/eglot-1.9")


def need(*programs):
    missing = [program for program in programs if not installed(program)]
    return unittest.skipIf(missing, f"{', '.join(missing)} not installed")


class Editors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()
        (self.folder / ".racecourse.yaml").touch()
        (self.folder / "race.cpp").write_text(PROGRAM)
        (self.folder / "build").mkdir()
        command = {"directory": str(self.folder), "file": "race.cpp", "command": "c++ -std=c++20 -pthread -c race.cpp"}
        (self.folder / "build" / "compile_commands.json").write_text(json.dumps([command]))

    def snippet(self, editor):
        """The editor's lines; those for .clangd are written where they belong."""
        ran = run([BUILD / "bin" / "racecourse", "doctor", "--editor", editor], cwd=self.folder)
        self.assertEqual(ran.status, 0, ran.both)
        lines = ran.out.split(f"\nFor {editor}, in ")[1].split("\n", 1)[1]
        lines, _, clangd = lines.partition("and in the project's .clangd:")
        if clangd:
            text = re.match(r"((?:  .*\n|\n)+)", clangd.lstrip("\n"))[1]
            (self.folder / ".clangd").write_text(text)
        return lines

    def need_clangd(self):
        if not (BUILD / "bin" / "racecourse-clangd").exists():
            self.skipTest("racecourse-clangd was not built")

    def start(self, command):
        return run(command, cwd=self.folder, environment={"HOME": str(self.folder), "PATH": f"{BUILD / 'bin'}:/usr/local/bin:/usr/bin:/bin"})

    @need("vim")
    def test_vim_with_ale(self):
        ale = next((p.parents[1] for p in map(pathlib.Path, ("/usr/share/vim-ale/plugin/ale.vim", "/usr/share/vim/addons/plugin/ale.vim")) if p.exists()), None)
        if not ale:
            self.skipTest("vim-ale is not installed")
        (self.folder / "vimrc").write_text(f"set nocompatible nomore\nset rtp^={ale}\n{self.snippet('vim')}\nfiletype plugin on\n")
        (self.folder / "ask.vim").write_text(
            "let g:over = 0\nautocmd User ALELintPost let g:over = 1\n"
            "edit race.cpp\nALELint\nlet n = 0\nwhile !g:over && n < 600\nsleep 100m\nlet n += 1\nendwhile\n"
            "call writefile(map(getloclist(0), 'v:val.lnum . \" \" . v:val.text'), 'said')\nqa!\n")
        ran = self.start(["vim", "-Nu", "vimrc", "-i", "NONE", "-es", "-S", "ask.vim"])
        self.assertTrue((self.folder / "said").exists(), ran.both)
        self.assertRegex((self.folder / "said").read_text(), rf"(?m)^4 .*\b{RACE}\b|^4 .*counter")

    @need("nvim")
    def test_neovim(self):
        self.need_clangd()
        (self.folder / "init.lua").write_text(self.snippet("neovim") + """
vim.cmd('filetype on')
vim.cmd('edit race.cpp')
vim.wait(100000, function() return #vim.diagnostic.get(0) > 0 end, 100)
local out = io.open('said', 'w')
for _, d in ipairs(vim.diagnostic.get(0)) do out:write((d.lnum + 1) .. ' ' .. tostring(d.code or (d.user_data and d.user_data.lsp and d.user_data.lsp.code)) .. ' ' .. d.message .. '\\n') end
out:close()
vim.cmd('qa!')
""")
        ran = self.start(["nvim", "--headless", "-n", "-u", "init.lua"])
        self.assertTrue((self.folder / "said").exists(), ran.both)
        self.assertRegex((self.folder / "said").read_text(), rf"(?m)^4 {RACE} ")

    @need("emacs")
    def test_emacs_compile_mode(self):
        (self.folder / "try.el").write_text(self.snippet("emacs") + """
(require 'compile)
(setq compilation-finish-functions nil compilation-ask-about-save nil)
(find-file "race.cpp")
(let ((buffer (compile compile-command)) (tries 0))
  (while (and (get-buffer-process buffer) (< tries 600)) (accept-process-output nil 0.1) (setq tries (1+ tries)))
  (with-current-buffer buffer (compilation--ensure-parse (point-max)))
  (next-error)
  (princ (format "AT %s:%d\\n" (buffer-name (window-buffer)) (with-current-buffer "race.cpp" (line-number-at-pos)))))
""")
        ran = self.start(["emacs", "--batch", "-Q", "-l", "try.el"])
        self.assertIn("AT race.cpp:4", ran.both)

    @need("emacs")
    def test_emacs_eglot(self):
        self.need_clangd()
        if not EGLOT.exists():
            self.skipTest("elpa-eglot is not installed")
        (self.folder / "try.el").write_text(f'(add-to-list \'load-path "{EGLOT}")\n' + self.snippet("emacs") + """
(require 'eglot)
(find-file "race.cpp")
(apply #'eglot--connect (eglot--guess-contact))
(let ((tries 0))
  (while (and (null (flymake-diagnostics)) (< tries 600))
    (accept-process-output nil 0.1) (flymake-start) (setq tries (1+ tries))))
(dolist (d (flymake-diagnostics))
  (princ (format "AT %d %s\\n" (line-number-at-pos (flymake-diagnostic-beg d)) (flymake-diagnostic-text d))))
(ignore-errors (eglot-shutdown (eglot-current-server)))
""")
        ran = self.start(["emacs", "--batch", "-Q", "-l", "try.el"])
        self.assertRegex(ran.both, rf"AT 4 .*(counter|{RACE})")


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
