# Short names over CMake. `make demo` and `make test` need g++, make and apt, and install the rest.
#
#   make            build in build/release      make test    build, then all tests
#   make demo       the whole pipeline, live    make check   what CI runs: test and asan
#   make asan tsan  tests under sanitizers      make fuzz    FUZZ_SECONDS=30 of each target
#   make bench      tables of speeds            make screenshots    pictures of logserve's page
#   make fmt lint install
#   make chaos      CHAOS_KILLS=1000 of programs, with -9, for each way that records can take
#   make soak       SOAK_SECONDS=600 of everything at once, DIFFERENTIAL_SECONDS=300 of random queries, KILLS=1000 random kills

PREFIX ?= /usr/local
DESTDIR ?=
PROGRAM_PREFIX ?=
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 30
SOAK_SECONDS ?= 600
DIFFERENTIAL_SECONDS ?= 300
KILLS ?= 1000
CHAOS_KILLS ?= 1000
comma := ,
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

BUILD_PACKAGES := g++ cmake python3 ninja-build pkg-config libcli11-dev libzstd-dev zlib1g-dev \
  liblz4-dev liblzma-dev libbz2-dev libsnappy-dev libprotozero-dev libboost-dev libre2-dev libxxhash-dev libssl-dev libsystemd-dev libsqlite3-dev libtomlplusplus-dev libgtest-dev libgmock-dev
TEST_PACKAGES := openssl zstd gzip xz-utils bzip2 lz4 mandoc jq curl sqlite3 bsdutils zsh fish procps strace systemd-journal-remote
BENCH_PACKAGES := hyperfine libbenchmark-dev ripgrep wrk
# An npm from elsewhere will do as well.
PAGE_PACKAGES := $(if $(shell command -v npm),,npm)
BROWSER_PACKAGES := chromium
FUZZ_PACKAGES := clang libclang-rt-14-dev
# $(call need,packages) installs what is missing.
need = missing=; for package in $(1); do \
    dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
  done; \
  if [ -n "$$missing" ]; then \
    echo "installing:$$missing"; \
    $(SUDO) apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
  fi

configure = cmake -S . -B $(1) -G Ninja -DLOGMILL_PCH=ON $(2) >/dev/null
build = cmake --build $(1) -j $(JOBS) --
ctest = ctest --test-dir $(1) -j $(JOBS) --output-on-failure

.PHONY: all build-deps test-deps browser-deps demo test asan tsan fuzz bench soak chaos screenshots fmt lint check install golden-rewrite completions clean

all: build-deps
	@$(call configure,build/release,-DCMAKE_BUILD_TYPE=Release)
	@$(call build,build/release) all

build-deps:
	@$(call need,$(BUILD_PACKAGES) $(PAGE_PACKAGES))
test-deps: build-deps
	@$(call need,$(TEST_PACKAGES))
browser-deps:
	@$(call need,$(BROWSER_PACKAGES))

demo: all test-deps
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash examples/demo.sh

test: all test-deps browser-deps
	$(call ctest,build/release)

asan: test-deps browser-deps
	@$(call configure,build/asan,-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O1 -DLOGMILL_SANITIZE=address$(comma)undefined)
	@$(call build,build/asan) all
	$(call ctest,build/asan) -LE lint

tsan: test-deps browser-deps
	@$(call configure,build/tsan,-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O1 -DLOGMILL_SANITIZE=thread)
	@$(call build,build/tsan) all
	$(call ctest,build/tsan) -LE lint

fuzz: build-deps
	@$(call need,$(FUZZ_PACKAGES))
	@cmake -S . -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug \
	  -DCMAKE_CXX_FLAGS_DEBUG=-O1 -DLOGMILL_FUZZ=ON -DLOGMILL_WERROR=OFF -DLOGMILL_SANITIZE=address,undefined,fuzzer-no-link >/dev/null
	@$(call build,build/fuzz) fuzzers
	@bash tests/fuzz/run.sh build/fuzz/tests $(FUZZ_SECONDS)

bench: all
	@$(call need,$(BENCH_PACKAGES) $(TEST_PACKAGES))
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/programs.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/collect.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/store_size.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" SLOW=no bash bench/real_sets.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/store.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/freshness.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/query.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/archives.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/ndjson.sh
	@$(call build,build/release) low_rate_bench transport_bench
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/transports.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/serve.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/page.sh || [ $$? = 77 ]
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/alert.sh
	@PATH="$(CURDIR)/build/release/bin:$$PATH" bash bench/low_rate.sh

soak: all test-deps
	STALL_SECONDS=30 bash tests/support/in_temp_dir.sh build/release/bin tests/pipeline/stalled_receiver.sh
	STALL_SECONDS=30 bash tests/support/in_temp_dir.sh build/release/bin tests/pipeline/stalled_disk.sh
	SOAK_SECONDS=$(SOAK_SECONDS) bash tests/support/in_temp_dir.sh build/release/bin tests/soak/soak.sh
	DIFFERENTIAL_SECONDS=$(DIFFERENTIAL_SECONDS) bash tests/support/in_temp_dir.sh build/release/bin tests/pipeline/answers_agree.sh
	KILLS=$(KILLS) bash tests/support/in_temp_dir.sh build/release/bin tests/pipeline/random_kills.sh

chaos: all test-deps
	CHAOS_KILLS=$(CHAOS_KILLS) bash tests/support/in_temp_dir.sh build/release/bin tests/pipeline/chaos.sh

# Pictures of the page, to be looked at.
screenshots: all test-deps browser-deps
	for part in browser views; do \
	  SCREENSHOTS=$(CURDIR)/build/screenshots bash tests/support/in_temp_dir.sh build/release/bin tests/page/$$part.sh || exit; done
	@echo build/screenshots/*.png

fmt:
	@$(call need,clang-format)
	clang-format -i $$(git ls-files '*.cc' '*.h')

lint: all
	$(call ctest,build/release) -L lint

check: test asan

install: all
	DESTDIR="$(DESTDIR)" PROGRAM_PREFIX="$(PROGRAM_PREFIX)" sh cmake/install.sh build/release "$(PREFIX)"

golden-rewrite: all
	python3 tests/golden/run.py --bin build/release/bin --rewrite tests/golden/*/*/

completions: all
	@python3 tests/lint/completions.py . build/release/bin --rewrite

clean:
	rm -rf build
