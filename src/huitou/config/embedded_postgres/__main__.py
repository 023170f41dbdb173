"""`python -m huitou.config.embedded_postgres` is the keeper; `using()` starts it."""

import sys

from huitou.config.embedded_postgres.keeper import main

sys.exit(main())
