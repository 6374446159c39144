import sys
from pathlib import Path

# the machine of the drill and the page that it follows are tested here too
sys.path.insert(0, str(Path(__file__).parents[1] / "drills" / "production"))
