#!/usr/bin/env bash
# Debian packages: what running needs, and with --tests the browsers and servers of the test suite.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# Elsewhere than on Debian the person installs them; only what running needs is checked.
if ! command -v dpkg-query >/dev/null; then
  for command in ffmpeg ffprobe bwrap prlimit cc python3; do
    command -v $command >/dev/null || fail "$command is missing: install ffmpeg, bubblewrap, util-linux, a C compiler and Python 3 with your system's package manager."
  done
  exit 0
fi

# bubblewrap and util-linux's prlimit make the sandbox around ffmpeg.
packages=(ffmpeg bubblewrap util-linux)
command -v cc >/dev/null || packages+=(gcc libc6-dev)
command -v curl >/dev/null || packages+=(curl)
command -v python3 >/dev/null || packages+=(python3)

if [ "${1:-}" = --tests ]; then
  packages+=(chromium firefox-esr)
  # Safari's stand-in: base, good and bad carry HTTP, MPEG-TS and HLS, libav decodes H.264 and AAC.
  packages+=(webkit2gtk-driver gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav)
  # DejaVu is also the face of the time code burnt into the test clips.
  packages+=(xvfb strace fonts-dejavu-core)
  packages+=(postgresql)
  python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
fi
install_packages "${packages[@]}"
