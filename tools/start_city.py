"""Where the bundled program of the city office starts."""

from __future__ import annotations

import sys

from kiosk.cli.city import main

sys.exit(main())
