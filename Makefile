# The commands of this house. Everything they do is in tools/setup.py, which also runs without make.
ifeq ($(OS),Windows_NT)
PYTHON ?= py -3
else
PYTHON ?= python3
endif
DO := $(PYTHON) tools/setup.py

.DEFAULT_GOAL := help
.PHONY: help run test check bench build fuzz coverage lock clean

help run test check bench build fuzz coverage lock clean:
	@$(DO) $@ $(ARGS)
