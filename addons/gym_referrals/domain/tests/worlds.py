"""Worlds in which it is known who cheats: people, referrals, and the truth, drawn with rates that a test chooses.

Honest: friends, colleagues of one office, neighbors of one building, families and flatmates that share a home, a card,
a phone in hand, declared or not. Dishonest: members who refer themselves, rings of accounts without people behind them,
and a desk that credits walk-ins to a pal.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

FRAUD = ("self", "ring", "desk")
_NAMES = """
    ana luis jose maria juan carlos laura sofia diego elena pablo rosa miguel lucia jorge carmen raul ines
"""
NAMES = _NAMES.split()
_SURNAMES = """
    garcia lopez perez ruiz flores rivera gomez diaz torres cruz reyes morales ortiz castillo ramos luna
"""
SURNAMES = _SURNAMES.split()
_STREETS = """
    Juárez, Hidalgo, Insurgentes Sur, Morelos, Reforma, 5 de Mayo, Allende, Madero, Universidad, Zaragoza
"""
STREETS = [word.strip() for word in _STREETS.split(",")]


@dataclass(frozen=True)
class World:
    """The rates of a world; a share is of all referrals unless said otherwise."""

    seed: int = 1
    members: int = 2200
    referrals: int = 900
    family: float = 0.13
    selves: float = 0.03
    ring: float = 0.035
    desk: float = 0.025
    declared: float = 0.5  # of families
    missing: float = 0.05  # of values
    noise: float = 0.0  # of values, a third of which is lost, a third mistyped, a third another one
    noise_visits: float = 0.0  # of visits, drawn again
    idle: float = 0.12  # honest friends who hardly come
    idle_fraud: float = 0.85
    cancels: float = 0.08
    cancels_fraud: float = 0.6
    has_visits: bool = True
    camouflage: float = 0.3  # of a ring's values, own and not of the pool
    ring_kinds: tuple = ("device", "card", "address")
    ring_size: tuple = (6, 14)
    ring_shape: str = "any"  # star, chain, pairs, any
    pool: float = 0.3  # values in a ring's pool, per account
    family_address: float = 0.7
    family_card: float = 0.45
    family_device: float = 0.25
    family_phone: float = 0.08
    self_shares: float = 0.75
    friend_device: float = 0.01  # joined on the friend's phone
    friend_card: float = 0.005
    colleagues: float = 0.12  # of friends
    wifi: float = 0.25  # of people seen from the gym's own network
    cgnat: float = 0.15
    buildings: float = 0.2
    employees: int = 6
    at_desk: float = 0.35
    racket: tuple = (7, 14)
    superstars: float = 0.02  # of referrers, who bring up to ten


def draw(world):
    """:return: people, referrals (rows as the files have them) and the truth, one word for each referral"""
    return _Draw(world).run()


class _Draw:
    def __init__(self, world):
        self.world, self.random = world, random.Random(world.seed)
        self.people, self.referrals, self.truth = [], [], []
        self.count, self.names = 0, set()
        self.offices = [(self._ip(), self._address()) for _each in range(60)]
        self.blocks = [self._address() for _each in range(30)]
        self.carriers = [self._ip() for _each in range(12)]
        self.gym = self._ip()

    def run(self):
        world = self.world
        for _each in range(world.members):
            self._person()
        self.members = list(self.people)
        fraud = self._selves(), self._rings(), self._rackets()
        self._honest(world.referrals - sum(fraud))
        if world.noise:
            self._disturb()
        order = list(range(len(self.referrals)))
        self.random.shuffle(order)
        return self.people, [self.referrals[i] for i in order], [self.truth[i] for i in order]

    # values

    def _ip(self):
        return ".".join(str(self.random.randint(11, 250)) for _each in range(4))

    def _address(self):
        pick = self.random
        home = f"{pick.choice(STREETS)} {pick.randint(1, 3000)}, Col. {pick.choice(SURNAMES).title()}"
        return f"{home}, {pick.randint(1000, 99999):05}"

    def _hex(self):
        return f"{self.random.getrandbits(64):016x}"

    def _chance(self, share):
        return self.random.random() < share

    def _person(self, **values):
        pick, world = self.random, self.world
        self.count += 1
        name = f"{pick.choice(NAMES)}.{pick.choice(SURNAMES)}{pick.choice(['', pick.choice(SURNAMES)])}"
        name += pick.choice(["", str(pick.randint(1, 9999))])
        network = pick.random()
        ip = self.gym if network < world.wifi else pick.choice(self.carriers)
        if network > world.wifi + world.cgnat:
            ip = self._ip()
        while name in self.names:
            name += str(pick.randint(0, 9))
        self.names.add(name)
        person = {
            "id": f"P{self.count:05}",
            "phone": f"55{pick.randint(10**7, 10**8 - 1)}",
            "email": f"{name}@{pick.choice(['gmail.com', 'hotmail.com', 'outlook.com', 'yahoo.com.mx'])}",
            "card": self._hex(),
            "device": self._hex(),
            "ip": ip,
            "address": pick.choice(self.blocks) if self._chance(world.buildings) else self._address(),
            "household": "",
            "joined_on": str(date(2026, 1, 1) + timedelta(days=pick.randint(0, 300))),
            "payer": "",
        }
        for kind in ("phone", "email", "card", "device", "ip", "address"):
            if self._chance(world.missing):
                person[kind] = ""
        person.update(values)
        self.people.append(person)
        return person

    def _refer(self, referrer, friend, truth, employee=None, is_idle=None):
        pick, world = self.random, self.world
        is_fraud = truth in ("self", "ring")
        idle = self._chance(world.idle_fraud if is_fraud else world.idle) if is_idle is None else is_idle
        visits = pick.randint(0, 1) if idle else max(2, round(pick.gammavariate(2.2, 5)))
        cancelled = self._chance(world.cancels_fraud if is_fraud else world.cancels * (3 if idle else 0.8))
        if employee is None:
            at_desk = self._chance(world.at_desk) and not is_fraud
            employee = f"E{int(pick.triangular(1, world.employees + 1, 2)):02}" if at_desk else ""
        channel = "desk" if employee else pick.choice(["link", "code", "whatsapp", "qr"])
        self.referrals.append(
            {
                "referrer_id": referrer["id"],
                "friend_id": friend["id"],
                "on": friend["joined_on"],
                "channel": channel,
                "employee": employee,
                "visits_in_hold": str(visits) if world.has_visits else "",
                "cancelled_early": str(int(cancelled)),
            }
        )
        self.truth.append(truth)

    def _share(self, source, **chances):
        return {kind: source[kind] for kind, chance in chances.items() if source[kind] and self._chance(chance)}

    # the dishonest

    def _selves(self):
        count = round(self.world.selves * self.world.referrals)
        share = self.world.self_shares
        for _each in range(count):
            member = self.random.choice(self.members)
            values = self._share(
                member, card=share, device=share + 0.1, ip=share, address=share, phone=share * 0.3, email=0
            )
            if member["email"] and self._chance(0.5):
                name, _at, domain = member["email"].partition("@")
                values["email"] = f"{name}{self.random.choice(['+gym', '1', '.2', '77'])}@{domain}"
            self._refer(member, self._person(**values), "self")
        return count

    def _rings(self):
        left = wanted = round(self.world.ring * self.world.referrals)
        while left > 0:
            size = min(left, self.random.randint(*self.world.ring_size))
            self._ring(size)
            left -= size
        return wanted

    def _ring(self, size):
        world, pick = self.world, self.random
        makers = {"device": self._hex, "card": self._hex, "address": self._address, "ip": self._ip}
        pools = {
            kind: [makers[kind]() for _each in range(max(1, round(size * world.pool)))] for kind in world.ring_kinds
        }
        shape = pick.choice(["star", "chain", "pairs"]) if world.ring_shape == "any" else world.ring_shape
        start = date(2026, 3, 1) + timedelta(days=pick.randint(0, 200))

        def account():
            values = {kind: pick.choice(pool) for kind, pool in pools.items() if not self._chance(world.camouflage)}
            return self._person(joined_on=str(start + timedelta(days=pick.randint(0, 40))), **values)

        referrers = [account() if shape != "star" else pick.choice(self.members)]
        for _each in range(size):
            referrer = referrers[-1] if shape == "chain" else pick.choice(referrers)
            friend = account()
            self._refer(referrer, friend, "ring")
            if shape != "star":
                referrers.append(friend)

    def _rackets(self):
        left = wanted = round(self.world.desk * self.world.referrals)
        while left >= 4:
            size = min(left, self.random.randint(*self.world.racket))
            pal, employee = self.random.choice(self.members), f"E{self.random.randint(1, self.world.employees):02}"
            for _each in range(size):
                self._refer(pal, self._person(), "desk", employee)
            left -= size
        return wanted - max(left, 0)

    # the honest

    def _honest(self, count):
        relatives = round(self.world.family * self.world.referrals)
        for _each in range(relatives):
            self._relative()
        left = count - relatives
        while left > 0:
            referrer = self.random.choice(self.members)
            number = min(left, self._how_many())
            office = self.random.choice(self.offices) if self._chance(self.world.colleagues) else None
            for _each in range(number):
                self._friend(referrer, office)
            left -= number

    def _how_many(self):
        if self._chance(self.world.superstars):
            return self.random.randint(4, 10)
        return min(6, int(self.random.expovariate(1.1)) + 1)

    def _friend(self, referrer, office):
        world = self.world
        values = self._share(referrer, device=world.friend_device, card=world.friend_card)
        if office:
            values["ip"] = referrer["ip"] = office[0]
            if self._chance(0.4):
                values["address"] = referrer["address"] = office[1]
        self._refer(referrer, self._person(**values), "friend")

    def _relative(self):
        world = self.world
        member = self.random.choice(self.members)
        values = self._share(
            member,
            address=world.family_address,
            card=world.family_card,
            device=world.family_device,
            phone=world.family_phone,
            ip=0.5,
        )
        truth = "undeclared"
        if self._chance(world.declared):
            truth = "declared"
            if self._chance(0.5):
                values["household"] = member["household"] = member["household"] or f"H{self.count}"
            else:
                values["payer"] = member["payer"] = member["payer"] or member["id"]
        self._refer(member, self._person(**values), truth)

    def _disturb(self):
        for person in self.people:
            for kind in ("phone", "email", "card", "device", "ip", "address"):
                if self._chance(self.world.noise):
                    person[kind] = self._disturbed(person[kind])
        for row in self.referrals:
            if row["visits_in_hold"] and self._chance(self.world.noise_visits):
                row["visits_in_hold"] = str(self.random.randint(0, 12))

    def _disturbed(self, value):
        place = self.random.randrange(len(value) or 1)
        typo = value[:place] + self.random.choice("0123456789") + value[place + 1 :]
        return self.random.choice(["", typo, self._hex()])


def measure(truth, held):
    """Precision, recall, and what share of each kind is held.

    :param truth: a word for each referral
    :param held: whether it is held, for each referral
    """
    pairs = list(zip(truth, held, strict=True))
    caught = sum(is_held for kind, is_held in pairs if kind in FRAUD)
    rates = {}
    for kind in {*truth}:
        of_kind = [is_held for each, is_held in pairs if each == kind]
        rates[kind] = sum(of_kind) / len(of_kind)
    rates["precision"] = caught / max(1, sum(is_held for _kind, is_held in pairs))
    rates["recall"] = caught / max(1, sum(kind in FRAUD for kind in truth))
    return rates


def varied(seed, **rates):
    """A world whose rates are drawn from wide ranges by its seed; those named are kept."""
    pick = random.Random(seed * 7919 + 13)
    drawn = {
        "family": pick.uniform(0.06, 0.22),
        "selves": pick.uniform(0.02, 0.05),
        "ring": pick.uniform(0.025, 0.06),
        "desk": pick.uniform(0.015, 0.035),
        "declared": pick.uniform(0.3, 0.7),
        "missing": pick.uniform(0.0, 0.12),
        "idle": pick.uniform(0.06, 0.2),
        "idle_fraud": pick.uniform(0.75, 0.95),
        "cancels": pick.uniform(0.04, 0.12),
        "cancels_fraud": pick.uniform(0.4, 0.7),
        "camouflage": pick.uniform(0.1, 0.5),
        "ring_kinds": pick.choice(
            [("device", "address"), ("device", "card", "address"), ("device", "card", "ip", "address")]
        ),
        "ring_size": pick.choice([(5, 9), (6, 14), (10, 20)]),
        "pool": pick.uniform(0.15, 0.4),
        "family_address": pick.uniform(0.5, 1.0),
        "family_card": pick.uniform(0.2, 0.6),
        "family_device": pick.uniform(0.1, 0.4),
        "family_phone": pick.uniform(0.02, 0.12),
        "self_shares": pick.uniform(0.65, 0.9),
        "colleagues": pick.uniform(0.05, 0.3),
        "wifi": pick.uniform(0.0, 0.5),
        "cgnat": pick.uniform(0.0, 0.4),
        "buildings": pick.uniform(0.0, 0.5),
        "employees": pick.randint(3, 10),
        "at_desk": pick.uniform(0.15, 0.6),
        "members": pick.randint(800, 3000),
        "referrals": pick.randint(500, 1200),
    }
    return replace(World(seed=seed), **(drawn | rates))
