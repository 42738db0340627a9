import sys

from bertcourse.cli import main

sys.exit(main())
