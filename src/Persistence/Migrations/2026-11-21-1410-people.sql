-- Secrets that are encrypted by a key outside of the database, calendars that staff was told of, and how many calls models have analysed in a day.

alter table call_webhooks
    add column sealed   boolean not null default false; -- the key is encrypted; rows from before are when the program starts

alter table staff_webhooks
    add column sealed   boolean not null default false, -- the address is encrypted
    add column host     text;                           -- of the address, which may be shown

alter table calendar_sources
    add column failures int not null default 0,         -- in a row
    add column told_at  timestamptz;                    -- when staff was told of this outage

create table analysis_use (
    tenant_id   uuid primary key references tenants (id) on delete cascade,
    day         date not null,                          -- in the tenant's time zone
    used        int not null,                           -- analyses by a model on that day
    refused     int not null                            -- since there were too many
);
