-- The first schema. Runs with search_path = parley.
-- Ids are UUID v7 made by the application; every row of a tenant carries tenant_id, and the composite foreign keys make it impossible
-- for a turn, lead or message to point at another tenant's call.

create table tenants (
    id          uuid primary key,
    slug        text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name        text not null,
    kind        text not null,
    time_zone   text not null,                          -- IANA id
    language    text not null,                          -- BCP 47
    profile     jsonb not null,                         -- everything else the agent may say
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);

create table inbound_routes (
    number      text primary key check (number ~ '^\+[1-9][0-9]{6,14}$'),     -- E.164
    tenant_id   uuid not null references tenants (id) on delete cascade
);
create index inbound_routes_tenant on inbound_routes (tenant_id);

create table calls (
    id                    uuid primary key,
    tenant_id             uuid not null references tenants (id),
    carrier_call_id       text not null unique,
    direction             text not null check (direction in ('inbound', 'outbound')),
    caller_number         text,                         -- E.164; null when withheld
    called_number         text not null,                -- E.164
    started_at            timestamptz not null,
    connected_at          timestamptz,
    ended_at              timestamptz,
    duration_ms           bigint check (duration_ms >= 0),
    stream_id             text,
    end_reason            text,                         -- snake case of CallEndReason; the first wins
    closed_by             text check (closed_by in ('media', 'carrier')),
    carrier_status        text,
    carrier_duration_s    int,
    transfer_to           text,
    intent                text not null default 'none', -- snake case of CallIntent
    agent_state           jsonb,
    facts                 jsonb,
    resumes               int not null default 0,
    speculations_used     int not null default 0,
    speculations_wasted   int not null default 0,
    unique (tenant_id, id)
);
create index calls_newest on calls (started_at desc, id desc);
create index calls_tenant_newest on calls (tenant_id, started_at desc, id desc);
create index calls_tenant_intent on calls (tenant_id, intent, started_at desc, id desc);
create index calls_tenant_caller on calls (tenant_id, caller_number, started_at desc);

create table turns (
    tenant_id             uuid not null,
    call_id               uuid not null,
    ordinal               int not null check (ordinal >= 0),
    speaker               text not null check (speaker in ('caller', 'agent')),
    source                text,                         -- speech or keys; null for the agent
    generated_text        text not null,
    sent_text             text not null,
    heard_text            text not null,
    interrupted           boolean not null,
    started_at            timestamptz not null,
    ended_at              timestamptz not null,
    -- Steps of the turn, in milliseconds since the call started; null for a step that did not happen.
    speech_start_ms       int,
    speech_end_ms         int,
    final_text_ms         int,
    end_of_turn_ms        int,
    first_agent_text_ms   int,
    first_audio_ms        int,
    first_frame_sent_ms   int,
    first_mark_ms         int,
    interrupted_ms        int,
    speculated            boolean not null,
    primary key (call_id, ordinal),
    foreign key (tenant_id, call_id) references calls (tenant_id, id) on delete cascade
);
create index turns_tenant_call on turns (tenant_id, call_id, ordinal);

create table leads (
    id              uuid primary key,
    tenant_id       uuid not null,
    call_id         uuid not null unique,
    intent          text not null,
    status          text not null check (status in ('open', 'confirmed')),
    name            text,
    phone           text,                               -- E.164
    party_size      int,
    service         text,
    requested_for   timestamp,                          -- wall clock in time_zone
    requested_at    timestamptz,                        -- the same moment
    time_zone       text not null,                      -- IANA id
    note            text,
    summary         text not null,
    handled_at      timestamptz,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    unique (tenant_id, id),
    foreign key (tenant_id, call_id) references calls (tenant_id, id) on delete cascade
);
create index leads_newest on leads (created_at desc, id desc);
create index leads_tenant_newest on leads (tenant_id, created_at desc, id desc);
create index leads_tenant_open on leads (tenant_id, created_at desc, id desc) where handled_at is null;

create table messages (
    id                  uuid primary key,
    tenant_id           uuid not null references tenants (id),
    lead_id             uuid,
    call_id             uuid not null,
    type                text not null,                  -- recap, reservation_link
    from_number         text not null,                  -- E.164
    to_number           text not null,                  -- E.164
    body                text not null,
    status              text not null default 'queued' check (status in ('queued', 'sent', 'delivered', 'undelivered', 'failed')),
    carrier_message_id  text unique,
    error               text,
    error_code          text,
    attempts            int not null default 0,
    created_at          timestamptz not null,
    sent_at             timestamptz,
    updated_at          timestamptz not null,
    unique (lead_id, type),
    unique (call_id, type),
    foreign key (tenant_id, lead_id) references leads (tenant_id, id) on delete cascade,
    foreign key (tenant_id, call_id) references calls (tenant_id, id) on delete cascade
);
create index messages_newest on messages (created_at desc, id desc);
create index messages_tenant_newest on messages (tenant_id, created_at desc, id desc);

-- A carrier's word on a message that came before the answer to our own request told its id.
create table early_message_statuses (
    carrier_message_id  text primary key,
    status              text not null,
    error_code          text,
    received_at         timestamptz not null
);

create table jobs (
    id              uuid primary key,
    tenant_id       uuid not null references tenants (id) on delete cascade,
    kind            text not null,
    key             text not null unique,
    payload         jsonb not null,
    run_at          timestamptz not null,
    attempts        int not null default 0,
    max_attempts    int not null check (max_attempts > 0),
    locked_until    timestamptz,                        -- a worker's lease; a worker that dies gives it back by letting it pass
    status          text not null default 'queued' check (status in ('queued', 'done', 'failed')),
    last_error      text,
    created_at      timestamptz not null,
    finished_at     timestamptz
);
create index jobs_due on jobs (kind, run_at) where status = 'queued';
create index jobs_tenant on jobs (tenant_id, created_at desc);

create table webhook_events (
    id                uuid primary key,
    source            text not null,
    kind              text not null,
    key               text not null unique,
    tenant_id         uuid references tenants (id) on delete set null,
    carrier_call_id   text,
    parameters        jsonb not null,                   -- numbers masked, secrets dropped
    received_at       timestamptz not null
);
create index webhook_events_tenant on webhook_events (tenant_id, received_at desc);
create index webhook_events_call on webhook_events (carrier_call_id, received_at) where carrier_call_id is not null;

create table api_keys (
    id            uuid primary key,
    tenant_id     uuid references tenants (id) on delete cascade,   -- null: the operator's
    name          text not null,
    hash          bytea not null unique check (octet_length(hash) = 32),
    prefix        text not null,                        -- first characters, to tell keys apart
    created_at    timestamptz not null,
    revoked_at    timestamptz
);
create index api_keys_tenant on api_keys (tenant_id, created_at);

-- Signals to every node. Triggers rather than code, so that a change by hand is seen too.
create function notify_tenant() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'tenants' then
        perform pg_notify('parley_tenants', (case when tg_op = 'DELETE' then old.id else new.id end)::text);
    else
        perform pg_notify('parley_tenants', (case when tg_op = 'DELETE' then old.tenant_id else new.tenant_id end)::text);
    end if;
    return null;
end $$;
create trigger tenants_changed after insert or update or delete on tenants for each row execute function notify_tenant();
create trigger routes_changed after insert or update or delete on inbound_routes for each row execute function notify_tenant();

create function notify_job() returns trigger language plpgsql as $$
begin
    perform pg_notify('parley_jobs', new.kind);
    return null;
end $$;
create trigger job_queued after insert on jobs for each row execute function notify_job();
