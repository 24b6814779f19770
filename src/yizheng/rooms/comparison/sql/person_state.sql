-- From evidence rows to one row a person: the keys that decide. This text is the definition; it runs unchanged on DuckDB
-- and on Spark, and the compiled kernel must answer the same (a property test says so).
-- Inputs: evidence(pno, key), weight(no, polarity, points, weak, owner, source, valid_days), set_aside(ev_no);
--         $as_of (days since 1970), $threshold, $weak_cap. A key is day << 46 | kind << 38 | evidence number.
--
-- proof_key: the newest event such that the life evidence from it on (itself and everything newer) carries enough
-- points. A person proven alive by two medium records is proven for the day of the older one, not of the newer.
-- proof_points: the points at the proof, or, where nothing proves the person alive, all there are.
with
event as (
    select
        evidence.pno,
        evidence.key,
        weight.no as kind,
        weight.polarity,
        weight.source,
        (evidence.key >> 46) + weight.valid_days >= $as_of as is_valid
    from evidence
    join weight on weight.no = ((evidence.key >> 38) & 255)
    where (evidence.key >> 46) <= $as_of
      and not exists (select 1 from set_aside where set_aside.ev_no = (evidence.key & 274877906943))
),
newest as (
    select pno, kind, max(key) as key
    from event
    where polarity = 'alive' and is_valid
    group by pno, kind
),
weighed as (
    -- What a kind adds beyond newer evidence of the same owner: two lists of one department are one witness.
    select
        newest.pno,
        newest.key,
        weight.weak,
        greatest(
            0,
            weight.points - coalesce(
                max(weight.points) over (
                    partition by newest.pno, weight.owner order by newest.key desc
                    rows between unbounded preceding and 1 preceding
                ),
                0
            )
        ) as gain
    from newest
    join weight on weight.no = newest.kind
),
summed as (
    select
        pno,
        key,
        sum(case when weak then 0 else gain end) over newer as firm,
        sum(case when weak then gain else 0 end) over newer as soft
    from weighed
    window newer as (partition by pno order by key desc rows between unbounded preceding and current row)
),
counted as (
    select
        pno,
        key,
        firm + least(soft, $weak_cap) as points,
        firm > 0 and firm + least(soft, $weak_cap) >= $threshold as is_proof
    from summed
),
proof as (
    select
        pno,
        max(case when is_proof then key end) as proof_key,
        coalesce(min(case when is_proof then points end), max(points)) as proof_points
    from counted
    group by pno
),
lead as (
    select
        pno,
        max(case when polarity = 'alive' then key end) as latest_key,
        min(case when polarity = 'death' and is_valid then key end) as death_key,
        max(case when polarity = 'custody' and is_valid then key end) as custody_key,
        max(case when polarity = 'missing' and is_valid then key end) as missing_key,
        max(case when polarity = 'duplicate' and is_valid then key end) as duplicate_key,
        max(case when polarity = 'abroad' and is_valid then key end) as abroad_key,
        bit_or(cast(1 as bigint) << source) as seen
    from event
    group by pno
)
select
    lead.pno,
    coalesce(proof.proof_key, 0) as proof_key,
    cast(coalesce(proof.proof_points, 0) as integer) as proof_points,
    coalesce(lead.latest_key, 0) as latest_key,
    coalesce(lead.death_key, 0) as death_key,
    coalesce(lead.custody_key, 0) as custody_key,
    coalesce(lead.missing_key, 0) as missing_key,
    coalesce(lead.duplicate_key, 0) as duplicate_key,
    coalesce(lead.abroad_key, 0) as abroad_key,
    lead.seen
from lead
left join proof on proof.pno = lead.pno
order by lead.pno
