#!/usr/bin/env bash
# Debian packages: what running needs, and with --tests the browsers and servers of the test suite.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

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
  packages+=(xvfb fonts-dejavu-core)
  packages+=(postgresql)
  python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
fi
install_packages "${packages[@]}"
