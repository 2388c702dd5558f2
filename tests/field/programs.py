"""The field programs: what Debian calls them and how their own builds are asked for a compile database.

One row per program. Nothing here knows how a package is fetched or how a tool is measured. The compiler is the
machine's default one, as in the distribution's own build; database.py turns its commands into Clang's.
In scope is every unit that the named configuration compiles, bundled libraries included.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Program:
    name: str
    source: str  # Debian's source package
    language: str
    packages: tuple = ()  # Debian packages needed to configure, beyond the common tools
    cmake: tuple = None  # arguments for a CMake configure, or
    meson: tuple = None  # arguments for a Meson setup, or
    bear: tuple = None  # commands of a whole build, run in the source folder under Bear
    subdirectory: str = "."  # where in the source the build starts
    generate: tuple = ()  # targets which write headers; built after a CMake or Meson configure
    clang_flags: tuple = ()  # what Clang needs beyond the program's own flags, for both tools of a measurement
    scope: str = ""  # what is in and what is out, for the table's notes
    core: bool = False  # one of the programs that a run without names covers first


PROGRAMS = [
    Program(
        name="leveldb",
        source="leveldb",
        language="C++",
        cmake=("-DLEVELDB_BUILD_TESTS=OFF", "-DLEVELDB_BUILD_BENCHMARKS=OFF"),
        scope="the library and leveldbutil; tests and benchmarks are left out, as they need a bundled GoogleTest "
        "which the source package does not carry",
        core=True,
    ),
    Program(
        name="redis",
        source="redis",
        language="C",
        bear=("make MALLOC=libc",),
        scope="server, sentinel, cli, benchmark, and the bundled hiredis, linenoise, Lua and hdr_histogram; "
        "the allocator is libc's",
        core=True,
    ),
    Program(
        name="pbzip2",
        source="pbzip2",
        language="C++",
        packages=("libbz2-dev",),
        bear=("make",),
        # Strings glued to macros ("%"PRIuMAX), an error from C++11 on unless it is switched off.
        clang_flags=("-Wno-reserved-user-defined-literal",),
        scope="everything",
        core=True,
    ),
    Program(
        name="openttd",
        source="openttd",
        language="C++",
        packages=("zlib1g-dev", "liblzma-dev", "libpng-dev"),
        cmake=("-DOPTION_DEDICATED=ON",),
        generate=(
            "table_settings",
            "table_strings",
            "script_window",
            "script_ai",
            "script_ai_includes",
            "script_game",
            "script_game_includes",
            "script_template",
            "find_version",
        ),
        scope="the dedicated server with the bundled Squirrel, fmt and md5; sound and video drivers are out",
        core=True,
    ),
    Program(
        name="libtorrent",
        source="libtorrent-rasterbar",
        language="C++",
        packages=("libboost-dev", "libssl-dev", "pkg-config"),
        cmake=("-Dbuild_tests=OFF",),
        scope="the library with the bundled try_signal and ed25519",
    ),
    Program(
        name="mpd",
        source="mpd",
        language="C++",
        packages=("meson", "libboost-dev", "libfmt-dev", "pkg-config"),
        meson=("--auto-features=disabled", "-Dhtml_manual=false", "-Dmanpages=false", "-Dsystemd=disabled"),
        scope="the daemon without its optional plugins",
    ),
    Program(
        name="xz",
        source="xz-utils",
        language="C",
        bear=("./configure --disable-static --disable-nls --disable-doc --enable-threads=posix", "make"),
        scope="liblzma, xz, xzdec and lzmainfo",
    ),
    Program(
        name="zstd",
        source="libzstd",
        language="C",
        cmake=("-DZSTD_BUILD_TESTS=OFF", "-DZSTD_MULTITHREAD_SUPPORT=ON"),
        subdirectory="build/cmake",
        scope="the library and the zstd program",
    ),
    Program(
        name="squashfs-tools",
        source="squashfs-tools",
        language="C",
        packages=("zlib1g-dev", "liblzma-dev"),
        subdirectory="squashfs-tools",
        bear=("make XZ_SUPPORT=1",),
        scope="mksquashfs and unsquashfs with gzip and xz",
    ),
    Program(
        name="libuv",
        source="libuv1",
        language="C",
        cmake=("-DBUILD_TESTING=OFF",),
        scope="the library; its tests are out",
    ),
    Program(
        name="unbound",
        source="unbound",
        language="C",
        packages=("libssl-dev", "libexpat1-dev", "bison", "flex"),
        bear=("./configure --with-pthreads --disable-static", "make"),
        scope="daemon, control tools and library",
    ),
    Program(
        name="lbzip2",
        source="lbzip2",
        language="C",
        packages=("libbz2-dev",),
        bear=("./configure", "make"),
        scope="everything",
    ),
    Program(
        name="x264",
        source="x264",
        language="C",
        bear=("./configure --disable-asm --disable-avs --disable-lavf --disable-swscale --disable-ffms --disable-gpac --disable-lsmash", "make"),
        scope="the library and the program without assembly and without input filters of other libraries",
    ),
    Program(
        name="libevent",
        source="libevent",
        language="C",
        packages=("libssl-dev",),
        cmake=("-DEVENT__DISABLE_TESTS=ON", "-DEVENT__DISABLE_BENCHMARK=ON", "-DEVENT__DISABLE_SAMPLES=ON", "-DEVENT__DISABLE_REGRESS=ON"),
        generate=(),
        scope="the library; tests, samples and benchmarks are out",
    ),
    Program(
        name="haproxy",
        source="haproxy",
        language="C",
        bear=("make TARGET=linux-glibc USE_THREAD=1",),
        scope="the daemon without optional libraries",
    ),
]

COMMON_PACKAGES = ("dpkg-dev", "build-essential", "bear", "cmake", "ninja-build", "clang-19", "xz-utils")


def byName(name):
    for program in PROGRAMS:
        if program.name == name:
            return program
    return None
