-- What tools did in calls, the bookings of tenants' resources, and text messages that are sent during a call.

-- An entry is begun before an effect and completed after it, or in one transaction with it where the effect is a row here.
create table tool_runs (
    key         text primary key,                       -- call, turn, tool and a hash of the arguments
    tenant_id   uuid not null references tenants (id) on delete cascade,
    call_id     uuid not null,
    turn        int not null,
    tool        text not null,
    arguments   text not null,                          -- canonical JSON; text, because jsonb takes no \u0000
    status      text not null check (status in ('begun', 'done')),
    result      text,                                   -- JSON
    begun_at    timestamptz not null,
    done_at     timestamptz,
    check ((status = 'done') = (result is not null))
);
create index tool_runs_call on tool_runs (tenant_id, call_id, turn);
create index tool_runs_begun on tool_runs (begun_at);

-- What can be booked, one row each, written when it is first booked; the tenant's profile says what there is.
create table booking_units (
    id          bigint generated always as identity primary key,
    tenant_id   uuid not null references tenants (id) on delete cascade,
    resource    text not null,
    unit        text not null,
    unique (tenant_id, resource, unit),
    unique (tenant_id, id)
);

create table bookings (
    id              uuid primary key,
    tenant_id       uuid not null,
    unit_id         bigint not null,
    call_id         uuid,                               -- no reference: a booking outlives what is kept of its call
    turn            int not null default 0,             -- ordinal of the turn it was held in
    status          text not null check (status in ('held', 'confirmed', 'expired', 'released', 'superseded', 'moved', 'cancelled')),
    guests          int not null check (guests > 0),
    service         text,
    name            text,
    phone           text,                               -- E.164
    caller_number   text,                               -- E.164; null when withheld
    starts_at       timestamptz not null,
    ends_at         timestamptz not null,
    starts_local    timestamp not null,                 -- wall clock of the tenant
    ends_local      timestamp not null,
    blocked_until   timestamptz not null,               -- ends_at and the time to make ready for the next
    -- What it keeps others from: all of it, or what it needs beyond the booking that it is to replace.
    busy_from       timestamptz not null,
    busy_until      timestamptz not null,
    expires_at      timestamptz,                        -- of a hold
    replaces        uuid references bookings (id) on delete set null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    foreign key (tenant_id, unit_id) references booking_units (tenant_id, id) on delete cascade,
    check (ends_at > starts_at and blocked_until >= ends_at and busy_until >= busy_from),
    -- No two at the same time in one place, whatever the program does. The range of one number stands for equality, which GiST knows without an
    -- extension.
    exclude using gist (int8range(unit_id, unit_id, '[]') with &&, tstzrange(busy_from, busy_until) with &&)
        where (status in ('held', 'confirmed'))
);
create index bookings_tenant_time on bookings (tenant_id, starts_at, id);
create index bookings_tenant_newest on bookings (tenant_id, created_at desc, id desc);
create index bookings_newest on bookings (created_at desc, id desc);
create index bookings_call on bookings (tenant_id, call_id);
create index bookings_phone on bookings (tenant_id, phone) where status = 'confirmed';
create index bookings_caller on bookings (tenant_id, caller_number) where status = 'confirmed';

-- A call may text several links, each once; what a tool has sent is not taken back when the call's other messages are made anew.
alter table messages
    add column subject  text not null default '',       -- a link's name
    add column by_tool  boolean not null default false,
    drop constraint messages_call_id_type_key,
    add constraint messages_call_id_type_subject_key unique (call_id, type, subject);
