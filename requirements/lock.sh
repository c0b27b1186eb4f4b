#!/bin/sh
# Renews the locks in this folder from pyproject.toml's groups: `make lock`.
# A lock names no package index, so that it can be installed from any mirror.
set -eu
cd "$(dirname "$0")/.."

compile() {
    uv pip compile --quiet --upgrade --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --no-emit-index-url \
        --no-emit-find-links "$@"
}

echo 'uv>=0.13,<0.14' | compile - -o requirements/uv.txt
# What builds the few packages that come as source alone: jieba, ovs.
echo 'setuptools' | compile - -o requirements/build.txt
export UV_BUILD_CONSTRAINT=requirements/build.txt
compile --group site -o requirements/site.txt
# The test lock is the complete site plus the tests, at the same versions.
compile --group site --group test -c requirements/site.txt -o requirements/test.txt
compile --group links -o requirements/links.txt
# The site with the other engine, at the same versions.
compile --group site --group zensical -c requirements/site.txt \
    -o requirements/zensical.txt
compile --group source --no-deps >> requirements/zensical.txt
# Nova's source alone: see the group's comment.
compile --group source --no-deps >> requirements/site.txt
# The release that older articles are about, as text.
compile --group victoria --no-deps -o requirements/victoria.txt
