"""Where the bundled counter program starts."""

from __future__ import annotations

import sys

from kiosk.__main__ import main

sys.exit(main())
