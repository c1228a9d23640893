-- What owners tell about their businesses: documents cut into passages, and catalogues.

create table knowledge_sources (
    id            uuid primary key,
    tenant_id     uuid not null references tenants (id) on delete cascade,
    name          text not null check (name <> ''),
    format        text not null,                        -- snake case of KnowledgeFormat
    version       int not null check (version > 0),     -- counts the changes of the content
    content_hash  bytea not null check (octet_length(content_hash) = 32),
    bytes         int not null,
    passages      int not null,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    unique (tenant_id, name),
    unique (tenant_id, id)
);

create table knowledge_passages (
    id            uuid primary key,
    tenant_id     uuid not null,
    source_id     uuid not null,
    ordinal       int not null check (ordinal >= 0),
    heading       text,
    body          text not null,
    vector_model  text,                                 -- vectors of different models cannot be compared
    vector        bytea,                                -- float32, little endian
    unique (source_id, ordinal),
    foreign key (tenant_id, source_id) references knowledge_sources (tenant_id, id) on delete cascade,
    check ((vector_model is null) = (vector is null))
);
create index knowledge_passages_tenant on knowledge_passages (tenant_id);

create table catalogues (
    tenant_id     uuid primary key references tenants (id) on delete cascade,
    version       int not null check (version > 0),
    content_hash  bytea not null check (octet_length(content_hash) = 32),
    items         int not null,
    updated_at    timestamptz not null
);

create table catalogue_items (
    tenant_id       uuid not null references catalogues (tenant_id) on delete cascade,
    ordinal         int not null check (ordinal >= 0),
    product         text not null check (product <> ''),
    variant         text,
    size            text,
    price           numeric(12, 2) check (price >= 0),
    currency        text check (currency ~ '^[A-Z]{3}$'),
    stock           int check (stock >= 0),
    low_stock_at    int check (low_stock_at >= 0),
    low_stock_flag  boolean,
    primary key (tenant_id, ordinal)
);

-- Passages and items change only together with the row that counts their version; a vector that is added is no change.
create function notify_knowledge() returns trigger language plpgsql as $$
begin
    perform pg_notify('parley_knowledge', (case when tg_op = 'DELETE' then old.tenant_id else new.tenant_id end)::text);
    return null;
end $$;
create trigger knowledge_changed after insert or update or delete on knowledge_sources for each row execute function notify_knowledge();
create trigger catalogue_changed after insert or update or delete on catalogues for each row execute function notify_knowledge();
