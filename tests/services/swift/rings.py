"""rings.py ETC NAME=PORT…: one-device rings, what swift-ring-builder does in nine slow starts."""
import sys
from pathlib import Path
from swift.common.ring import RingBuilder

etc = Path(sys.argv[1])
for pair in sys.argv[2:]:
    name, port = pair.split("=")
    # 2**4 partitions, one replica, no waiting between changes.
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1", "weight": 1.0})
    builder.rebalance()
    builder.get_ring().save(str(etc / f"{name}.ring.gz"))
