-- Calls that were deleted, by whatever way: recordings of them on nodes' disks are to go as well. Nothing but their ids; housekeeping forgets them.
create table removed_calls (
    call_id     uuid primary key,
    removed_at  timestamptz not null
);
create index removed_calls_at on removed_calls (removed_at);

create function note_removed_calls() returns trigger language plpgsql as $$
begin
    insert into removed_calls (call_id, removed_at) select id, now() from gone on conflict do nothing;
    return null;
end $$;
create trigger calls_removed after delete on calls referencing old table as gone for each statement execute function note_removed_calls();
