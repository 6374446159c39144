import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # what a drill does lies beside its test
