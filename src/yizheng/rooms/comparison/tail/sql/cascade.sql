-- What needs no model to be found: records whose number leads to one person whom name or birth confirms. They are
-- scored like all others, so that each link has its weights; but nobody else has to be looked for.
-- Tables: people, records (features). A step takes only records that no step before it settled.

-- name: start
CREATE OR REPLACE TEMP TABLE settled (record BIGINT, pno BIGINT, method VARCHAR);
CREATE OR REPLACE TEMP MACRO confirmed(l, r) AS
  l.sound = r.sound OR l.dialect = r.dialect
  OR ((l.birth = r.birth OR l.birth_lunar = r.birth)
    AND (l.name = r.name OR l.sur_s = r.sur_s OR l.g1_s = r.g1_s OR l.g2_s = r.g2_s));

-- name: number
INSERT INTO settled
  SELECT r.id, l.id, 'number' FROM records r JOIN people l ON l.n17 = r.n17 WHERE confirmed(l, r);

-- name: stray
-- A valid number that is somebody else's of the people here does not speak against a third person: it was mixed up.
UPDATE records SET stray = true WHERE state = 'valid' AND n17 IN (SELECT n17 FROM people)
  AND NOT id IN (SELECT record FROM settled);

-- name: repair
INSERT INTO settled
  SELECT id, any_value(pno), 'repair' FROM (
    SELECT r.id, l.id AS pno
    FROM (SELECT *, unnest(numbers) AS one FROM records WHERE n17 IS NULL) AS r JOIN people l ON l.n17 = r.one
    WHERE confirmed(l, r))
  GROUP BY id HAVING count(*) = 1;

-- name: cascade
INSERT INTO settled
  WITH rest AS (
    SELECT * FROM records WHERE n17 IS NULL AND NOT id IN (SELECT record FROM settled)),
  found AS (
    SELECT r.id, l.id AS pno, l.county FROM rest r JOIN people l ON l.birth = r.birth AND l.sound = r.sound
    UNION SELECT r.id, l.id, l.county FROM rest r JOIN people l ON l.birth = r.birth AND l.name = r.name
    UNION SELECT r.id, l.id, l.county FROM rest r JOIN people l ON l.birth_lunar = r.birth AND l.sound = r.sound),
  single AS (SELECT id, any_value(pno) AS pno, any_value(county) AS county FROM found GROUP BY id HAVING count(*) = 1)
  SELECT single.id, pno, 'cascade' FROM single JOIN rest ON rest.id = single.id WHERE rest.county = single.county;
