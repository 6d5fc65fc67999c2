#!/bin/sh
# Makes the virtual environment of this folder's scripts: make_environment.sh FOLDER (it must not exist yet).
set -eu

if [ $# -ne 1 ] || [ -e "$1" ]; then
  echo "usage: make_environment.sh FOLDER, a folder that does not exist" >&2
  exit 2
fi
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet --requirement "$here/requirements.txt"
