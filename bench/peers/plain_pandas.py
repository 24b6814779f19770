"""pandas as one would use it: everything in memory, merge, sort, groupby."""

import pandas as pd

from peers.job import STATE, Job, load

_LEADS = ("custody", "missing", "duplicate", "abroad")


def states(rows: pd.DataFrame, job: Job) -> pd.DataFrame:
    """From rows (pno, kind, day, ev_no) to a state a person."""
    rows = rows[(rows["day"] <= job.as_of) & ~rows["ev_no"].isin(job.set_aside)]
    kinds = pd.DataFrame(job.weights).rename(columns={"no": "kind"}).astype({"kind": "uint8"})
    rows = rows.merge(
        kinds[["kind", "polarity", "source", "valid_days"]].astype({"polarity": "category"}), on="kind"
    )
    day = rows["day"].astype("int64")
    rows["key"] = day * 2**46 + rows["kind"].astype("int64") * 2**38 + rows["ev_no"]
    rows["valid"] = day + rows["valid_days"] >= job.as_of
    alive = rows["polarity"] == "alive"
    found = pd.DataFrame({"latest_key": rows[alive].groupby("pno")["key"].max()})
    told = {"death": rows[(rows["polarity"] == "death") & rows["valid"]].groupby("pno")["key"].min()}
    for lead in _LEADS:
        told[lead] = rows[(rows["polarity"] == lead) & rows["valid"]].groupby("pno")["key"].max()
    spoke = rows[["pno", "source"]].drop_duplicates()
    seen = (2 ** spoke["source"].astype("int64")).groupby(spoke["pno"]).sum()
    proof = _proofs(rows[alive & rows["valid"]][["pno", "kind", "key"]], kinds, job)
    out = pd.DataFrame({"seen": seen})
    for name, column in (
        ("latest_key", found["latest_key"]),
        *((f"{lead}_key", keys) for lead, keys in told.items()),
        ("proof_key", proof["proof_key"]),
        ("proof_points", proof["proof_points"]),
    ):
        out[name] = column.reindex(out.index, fill_value=0).astype("int64")
    return out.rename_axis("pno").reset_index()[list(STATE)]


def _proofs(alive: pd.DataFrame, kinds: pd.DataFrame, job: Job) -> pd.DataFrame:
    newest = alive.groupby(["pno", "kind"], as_index=False)["key"].max()
    newest = newest.merge(kinds[["kind", "points", "weak", "owner"]], on="kind")
    newest = newest.sort_values(["pno", "key"], ascending=[True, False], ignore_index=True)
    best = newest.groupby(["pno", "owner"])["points"].cummax()
    before = best.groupby([newest["pno"], newest["owner"]]).shift(1, fill_value=0)
    gain = (newest["points"] - before).clip(lower=0)
    firm = gain.where(~newest["weak"], 0).groupby(newest["pno"]).cumsum()
    soft = gain.where(newest["weak"], 0).groupby(newest["pno"]).cumsum()
    newest["total"] = firm + soft.clip(upper=job.weak_cap)
    proven = newest[(firm > 0) & (newest["total"] >= job.threshold)].groupby("pno").first()
    last = newest.groupby("pno")["total"].last()
    return pd.DataFrame(
        {
            "proof_key": proven["key"].reindex(last.index, fill_value=0),
            "proof_points": proven["total"].reindex(last.index).fillna(last).astype("int64"),
        }
    )


def main(job: Job) -> None:
    """The raw evidence joined to the roster, and the states of everybody written to one file."""
    roster = pd.read_parquet(job.roster, columns=["id17", "pno"])
    rows = pd.concat((pd.read_parquet(file) for file in job.evidence), ignore_index=True)
    rows = rows.merge(roster, on="id17").drop(columns="id17")
    rows["day"] = pd.to_datetime(rows["day"]).to_numpy().astype("datetime64[D]").astype("int32")
    states(rows, job).to_parquet(job.file("states.parquet"))


if __name__ == "__main__":
    main(load())
