"""usage: limited.py BYTES COMMAND…: runs it where no file can grow beyond so many bytes, as on a disk that is full."""

import resource
import signal
import subprocess
import sys

limit = int(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing then fails instead of ending the program
sys.exit(subprocess.call(sys.argv[2:], restore_signals=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))))
