-- Features and plans, customers, escalations, what a call was about, and the webhooks that tell others of it.

create table feature_defaults (
    feature     text primary key,
    enabled     boolean not null
);

create table plans (
    name        text primary key check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    created_at  timestamptz not null
);

create table plan_features (
    plan        text not null references plans (name) on update cascade on delete cascade,
    feature     text not null,
    enabled     boolean not null,
    primary key (plan, feature)
);

alter table tenants add column plan text references plans (name) on update cascade on delete set null;

create table tenant_features (
    tenant_id   uuid not null references tenants (id) on delete cascade,
    feature     text not null,
    enabled     boolean not null,
    primary key (tenant_id, feature)
);

create function notify_features() returns trigger language plpgsql as $$
begin
    perform pg_notify('parley_features', '');
    return null;
end $$;
create trigger defaults_changed after insert or update or delete on feature_defaults for each statement execute function notify_features();
create trigger plans_changed after insert or update or delete on plans for each statement execute function notify_features();
create trigger plan_features_changed after insert or update or delete on plan_features for each statement execute function notify_features();
create trigger tenant_features_changed after insert or update or delete on tenant_features for each statement execute function notify_features();
create trigger tenant_plan_changed after update of plan on tenants for each statement execute function notify_features();
create trigger tenant_features_profile after insert or update or delete on tenant_features for each row execute function notify_tenant();

create table customers (
    id              uuid primary key,
    tenant_id       uuid not null references tenants (id) on delete cascade,
    phone           text not null check (phone ~ '^\+[1-9][0-9]{6,14}$'),     -- E.164
    name            text,                               -- the last one given
    first_call_at   timestamptz not null,
    last_call_at    timestamptz not null,
    calls           int not null,
    bookings        int not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    unique (tenant_id, phone)
);
create index customers_newest on customers (last_call_at desc, id desc);
create index customers_tenant_newest on customers (tenant_id, last_call_at desc, id desc);
create index leads_tenant_phone on leads (tenant_id, phone);

create table escalations (
    id              uuid primary key,
    tenant_id       uuid not null,
    call_id         uuid not null,
    reason          text not null,                      -- snake case of EscalationReason
    summary         text not null,
    raised_at       timestamptz not null,
    handled_at      timestamptz,
    created_at      timestamptz not null,
    unique (call_id, reason),
    foreign key (tenant_id, call_id) references calls (tenant_id, id) on delete cascade
);
create index escalations_newest on escalations (raised_at desc, id desc);
create index escalations_tenant_newest on escalations (tenant_id, raised_at desc, id desc);

create table staff_webhooks (
    tenant_id       uuid primary key references tenants (id) on delete cascade,
    url             text not null,                      -- is a secret: whoever has it may post
    reasons         text[],                             -- snake case of EscalationReason; null for all
    updated_at      timestamptz not null
);

create table call_webhooks (
    tenant_id       uuid primary key references tenants (id) on delete cascade,
    url             text not null,
    key             text not null check (key <> ''),    -- signs; is never read out again
    events          text[] not null,
    updated_at      timestamptz not null
);

create table call_analyses (
    call_id         uuid primary key,
    tenant_id       uuid not null,
    intent          text not null,                      -- snake case of CallIntent
    outcome         text not null,                      -- snake case of CallOutcomeKind
    sentiment       text not null,                      -- snake case of Sentiment
    summary         text not null,
    successful      boolean not null,
    fields          jsonb not null,                     -- name to text
    made_by         text not null,                      -- rules, or the models' names
    created_at      timestamptz not null,
    foreign key (tenant_id, call_id) references calls (tenant_id, id) on delete cascade
);
create index call_analyses_tenant on call_analyses (tenant_id, created_at desc);

alter table calls add column transfer_summary text;

-- Of one call's webhooks the earlier is tried first.
create index jobs_waiting_by_call on jobs ((payload ->> 'call_id'), created_at) where status = 'queued';
create index jobs_failed on jobs (tenant_id, finished_at desc, id desc) where status = 'failed';
