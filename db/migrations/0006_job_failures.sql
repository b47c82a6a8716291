-- An attempt that ended with an error and one of which nothing more was heard are two things. The first
-- counts towards the end of a job; the second says something about the process that made it.
ALTER TABLE job
  ADD COLUMN failures integer NOT NULL DEFAULT 0,
  ADD COLUMN unended integer NOT NULL DEFAULT 0;
