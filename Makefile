# Two commands: `make demo` and `make test`. Each creates what it needs from the hashed locks, and nothing else. Where
# Java and ASM are installed, the JVM agent is built as well; where not, what needs it is left out and said to be.
PYTHON ?= python3
ARGS ?=
UV = .venv/bin/uv

.PHONY: demo test lint locks schema agents clean

CAN_BUILD = $(and $(shell command -v javac),$(wildcard /usr/share/java/asm.jar),agents)

demo: .venv/.ready .venv-demo/.ready $(CAN_BUILD)
	.venv/bin/leadline demo $(ARGS)

test: .venv/.ready .venv-demo/.ready $(CAN_BUILD)
	.venv/bin/python -m pytest $(ARGS)

lint: .venv/.ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

# uv comes from the lock as well, by pip and with its hash: the machine needs Python alone.
.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' || \
	  { echo "Leadline needs Python 3.11 or 3.12, and '$(PYTHON)' is another; call make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.lock
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
	$(UV) pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python requirements.lock
	$(UV) pip install --quiet --no-deps --no-build-isolation --python .venv/bin/python --editable .
	touch $@

# The demo's services have an environment of their own: what a tested service needs is not what Leadline needs.
.venv-demo/.ready: .venv/.ready data/demo/requirements.lock
	$(PYTHON) -m venv .venv-demo
	$(UV) pip sync --quiet --require-hashes --compile-bytecode --python .venv-demo/bin/python data/demo/requirements.lock
	touch $@

locks: .venv/.ready
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --group dev pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  data/demo/requirements.in -o data/demo/requirements.lock

schema: .venv/.ready
	.venv/bin/leadline schema > flows/manifest.schema.json

# The JVM agent, from openjdk-17-jdk-headless and libasm-java alone.
AGENT = engines/agents/jvm
ASM = $(patsubst %,/usr/share/java/%.jar,asm asm-commons asm-tree)
empty =
ASM_PATH = $(subst $(empty) ,:,$(ASM))

agents: $(AGENT)/build/leadline-agent.jar

$(AGENT)/build/leadline-agent.jar: $(shell find $(AGENT)/src $(AGENT)/tools -name '*.java') engines/static/languages/clojure/forms.yaml
	rm -rf $(AGENT)/build/classes
	mkdir -p $(AGENT)/build
	javac -Xlint:all -Werror -XDstringConcat=inline --release 17 -cp $(ASM_PATH) -d $(AGENT)/build/classes $(filter $(AGENT)/src/%,$^)
	cp engines/static/languages/clojure/forms.yaml $(AGENT)/build/classes/leadline/agent/code/
	cp /usr/share/doc/libasm-java/copyright $(AGENT)/build/classes/leadline/agent/ASM-LICENSE
	java -cp $(ASM_PATH) $(AGENT)/tools/Bundle.java $@ $(AGENT)/build/classes $(ASM)

clean:
	rm -rf .venv .venv-demo .venv-agents $(AGENT)/build
