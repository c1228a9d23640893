-- Calendars: feeds of bookings, and times at which resources are taken elsewhere.

-- Random keys of this installation, made when they are first needed.
create table installation_keys (
    name        text primary key,
    key         bytea not null check (octet_length(key) >= 32),
    created_at  timestamptz not null
);

-- A booking and those that took its stead are one event to a calendar, each a later version of it.
alter table bookings
    add column event_id uuid,                           -- null: its own id
    add column sequence int not null default 0;
with recursive chain as (
    select id, id as event_id, 0 as sequence from bookings where replaces is null
    union all
    select b.id, c.event_id, c.sequence + 1 from bookings b join chain c on b.replaces = c.id
)
update bookings b set event_id = c.event_id, sequence = c.sequence from chain c where c.id = b.id and c.sequence > 0;
create index bookings_event on bookings (tenant_id, event_id) where event_id is not null;

-- The calendar that a resource has elsewhere, and what came of reading it.
create table calendar_sources (
    tenant_id       uuid not null references tenants (id) on delete cascade,
    resource        text not null,
    source          bytea not null,                     -- hash of its settings: another calendar is another source
    next_at         timestamptz not null,               -- when it is to be read again; moved on by whoever reads it
    etag            text,
    last_modified   timestamptz,
    parsed_at       timestamptz,                        -- when its times were last written
    read_at         timestamptz,                        -- when it was last read or found unchanged
    error           text,                               -- of the last attempt; null when it succeeded
    failing_since   timestamptz,
    primary key (tenant_id, resource)
);

create table calendar_busy (
    tenant_id       uuid not null,
    resource        text not null,
    busy_from       timestamptz not null,
    busy_until      timestamptz not null check (busy_until > busy_from),
    foreign key (tenant_id, resource) references calendar_sources (tenant_id, resource) on delete cascade
);
create index calendar_busy_times on calendar_busy (tenant_id, resource, busy_from);
