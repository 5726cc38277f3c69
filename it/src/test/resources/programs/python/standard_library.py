import collections
import datetime
import json
import re

words = re.findall(r"\w+", "the cat and the dog and the bird")
most = collections.Counter(words).most_common(1)[0]
day = datetime.date(2024, 2, 28) + datetime.timedelta(days=2)
print("OK" if (most, day.isoformat(), json.loads("[1e3]")) == (("the", 3), "2024-03-01", [1000.0]) else "wrong")
