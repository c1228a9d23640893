-- What an agent's turn rests on: passages with their scores, tools, and what was not let through to the caller.
alter table turns
    add column decision jsonb;
