"""Who will leave: how near the foresight comes to what can be known, how well a policy spends, and how fast it is.

    scripts/bench churn foresight --members 2000 --gyms 4     gyms of the filter's kind, against their exact limit
    scripts/bench churn strangers --members 2000 --gyms 4     gyms of another kind, against local trees alone
    scripts/bench churn policy --members 12000 --gyms 2       trials with planted effects, against the best rule
    scripts/bench churn speed --members 20000                 seconds and memory of a night

The gyms are drawn with seeds that neither the shipped prior nor any test has used.
"""

import argparse
import resource
import sys
import time
import types
from pathlib import Path

import numpy as np

ADDON = Path(__file__).resolve().parents[2] / "addons" / "gym_churn"
FIRST_SEED = 990_000
TESTS, EVERY, HORIZON = 4, 28, 30
ACTIONS = ("none", "message", "pt_session", "discount")


def enter_domain():
    """Make the addon's domain importable without Odoo."""
    package = types.ModuleType("gym_churn")
    package.__path__ = [str(ADDON)]
    sys.modules["gym_churn"] = package


def made(kind, number, members):
    """A gym, its log and the days that are tested, four weeks apart."""
    world = kind(np.random.default_rng(FIRST_SEED + number), members)
    log, newest = world.run(), world.start + 7 * (world.weeks - 5)
    return world, log, [newest - EVERY * back for back in range(TESTS - 1, -1, -1)]


def outcomes(log, ids, day):
    """1 for those whose membership ended within the horizon."""
    place = {name: row for row, name in enumerate(log.members.ids)}
    ends = log.end_day[[place[name] for name in ids]]
    return ((ends >= day) & (ends < day + HORIZON)).astype(int)


def limit(world, log, day):
    """The best that can be known: the filter with the gym's true rates."""
    from gym_churn.domain import features, weeks

    grid = weeks.Weeks(log.before(day), day)
    return features.slices(grid, world.tables, [grid.count], least=0)[0].ahead


def foresight(options):
    """Print, for each gym, the gap of AUC and of log-loss to the limit: on day one, and after learning."""
    from gym_churn.domain import metrics, model, worlds

    print("gym  limit AUC  day one: gap  log-loss  learned: gap  log-loss  ECE  (of the limit)  champion")
    for number in range(options.gyms):
        world, log, days = made(worlds.World, number, options.members)
        learned = model.fit(log, days[0])
        rows = []
        for day in days:
            scores, first = model.score(log, day, learned), model.score(log, day)
            rows.append((outcomes(log, scores.ids, day), limit(world, log, day), first.probability, scores.probability))
        left, best, first, later = (np.concatenate(part) for part in zip(*rows, strict=True))
        top, loss = metrics.auc(left, best), metrics.log_loss(left, best)
        gaps = ((top - metrics.auc(left, p), metrics.log_loss(left, p) - loss) for p in (first, later))
        figures = "  ".join(f"{gap:12.4f}  {more:8.4f}" for gap, more in gaps)
        honest = f"{metrics.ece(left, later):.4f}  ({metrics.ece(left, best):.4f})"
        print(f"{number:3}  {top:9.4f}  {figures}  {honest}  {_champion_of(learned)}", flush=True)


def _champion_of(learned):
    """The champion in words."""
    return f"{learned.champion} {learned.rounds or ''}{'' if learned.corrected else ' (filter alone)'}"


def strangers(options):
    """Print AUC and log-loss of the prior, of what is learned, and of local trees alone, in gyms of another kind."""
    from gym_churn.domain import metrics, model, worlds

    print("gym  rows  day one: AUC  log-loss  learned: AUC  log-loss  alone: AUC  log-loss  champion")
    for number in range(options.gyms):
        _, log, days = made(worlds.DriftingWorld, 500 + number, options.members)
        learned, alone = model.fit(log, days[0]), _alone(log, days[0])
        found = []
        for one in (None, learned, alone):
            scores = [model.score(log, day, one) for day in days]
            p = np.concatenate([score.probability for score in scores])
            left = np.concatenate([outcomes(log, score.ids, day) for score, day in zip(scores, days, strict=True)])
            found.append((metrics.auc(left, p), metrics.log_loss(left, p)))
        figures = "  ".join(f"{auc:12.4f}  {loss:8.4f}" for auc, loss in found)
        print(f"{number:3}  {len(p):4}  {figures}  {_champion_of(learned)}", flush=True)


def _alone(log, until):
    """The best of the local models that know nothing but the gym's own weeks."""
    from gym_churn.domain import model

    kept = model._champion

    def only_alone(past, coming):
        told = kept(past, coming)[2]
        losses = {name: loss for name, loss in told.items() if name.startswith(model.ALONE)}
        best = min(losses, key=losses.get)
        return model.ALONE, int(best.rsplit(", ", 1)[1]), told

    model._champion = only_alone
    try:
        return model.fit(log, until)
    finally:
        model._champion = kept


def policy(options):
    """Print what a learned policy is truly worth, against the best rule, in monthly fees for 100 members."""
    from gym_churn.domain import policy as rules
    from gym_churn.domain import worlds

    print("gym  decisions  best  learned  share  estimate  interval")
    for number in range(options.gyms):
        world, log, days = made(worlds.World, 800 + number, options.members)
        truth, day, member = _trial_truth(world, log, days[-1])
        random = np.random.default_rng(number)
        action = random.integers(0, truth.shape[1], len(day))
        left = (random.random(len(day)) < truth[np.arange(len(day)), action]).astype(int)
        trial = rules.Trial(day, member, action, np.full(len(day), 1 / truth.shape[1]), left, list(ACTIONS))
        price = np.array([0.0, *(rules.COSTS[name] for name in ACTIONS[1:])])
        gains = 100 * (rules.SAVED_FEES * (truth[:, :1] - truth) - price)
        found = rules.learn(rules.known_of(log, trial), trial)
        best, ours = gains.max(1).mean(), gains[np.arange(len(day)), found.action].mean()
        low, value, high = (100 * figure for figure in (found.low, found.value, found.high))
        worth = f"{best:4.2f}  {ours:7.2f}  {ours / best:5.0%}"
        print(f"{number:3}  {len(day):9}  {worth}  {value:8.2f}  {low:.2f} to {high:.2f}", flush=True)


def _trial_truth(world, log, newest):
    """P(ends) of each member under each action, with planted effects, on days four weeks apart."""
    from gym_churn.domain import belief, features, rates, weeks

    state, frail = rates.STATE_OF, rates.FRAIL[rates.TYPE_OF]
    classes = np.where(rates.CLASS_GOER[rates.TYPE_OF] == 1, 0.6, 1.0)
    planted = [
        np.zeros(rates.JOINT),
        np.array([0.0, -0.15, -0.55, 0.30, -0.10])[state],
        np.array([0.0, -0.35, -0.90, -0.35, -0.05])[state] * classes,
        np.array([-0.10, -0.25, -0.35, -0.30, -0.20])[state] * np.where(frail == 1, 2.6, 0.5),
    ]
    grid = weeks.Weeks(log.before(newest), newest)
    truth, day, member = [], [], []
    for one in features.slices(grid, world.tables, range(grid.count % 4 + 16, grid.count + 1, 4)):
        ends = [
            belief.look_ahead(grid, world.tables, one.week, one.rows, one.bucket, extra=effect.astype(np.float32))
            for effect in planted
        ]
        truth.append(np.stack([(part * one.belief).sum(1) for part in ends], 1))
        day.append(np.full(len(one.rows), grid.begin(one.week)))
        member += [grid.members.ids[row] for row in one.rows]
    return np.concatenate(truth), np.concatenate(day), member


def speed(options):
    """Print the seconds of processor time that scoring takes once the rates are known, and the most memory used."""
    from gym_churn.domain import model, reasons, worlds

    _, log, days = made(worlds.World, 900, options.members)
    kept = model.Model(days[0], [0.0] * 40)
    started = time.process_time()
    scores = model.score(log, days[-1], kept)
    scored = time.process_time()
    reasons.texts(scores)
    told = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(scores.ids)} of {options.members} members scored in {scored - started:.1f} s, ", end="")
    print(f"reasons in {1000 * (told - scored) / len(scores.ids):.2f} ms each, {memory:.0f} MB with the simulation")


MEASURES = {"foresight": foresight, "strangers": strangers, "policy": policy, "speed": speed}


def main():
    """Run the named measure."""
    parser = argparse.ArgumentParser(prog="scripts/bench churn", description=__doc__.splitlines()[0])
    parser.add_argument("measure", choices=MEASURES)
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--gyms", type=int, default=4)
    options = parser.parse_args()
    enter_domain()
    MEASURES[options.measure](options)


if __name__ == "__main__":
    main()
