#!/bin/sh
# Makes the virtual environment of compare.py: make_environment.sh [FOLDER], default build/litert-venv of this checkout.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
folder=${1:-$here/../../build/litert-venv}
if [ $# -gt 1 ]; then
  echo "usage: make_environment.sh [FOLDER]" >&2
  exit 2
fi
mkdir -p "$(dirname -- "$folder")"
python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --requirement "$here/requirements.txt"
echo "ready: $folder/bin/python $here/compare.py"
