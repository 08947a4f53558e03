"""``python -m gitflowguard``."""

import sys

from gitflowguard.cli.main import main

sys.exit(main())
