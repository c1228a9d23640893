-- A business that leaves takes everything with it: calls, and with them turns, leads, messages, escalations and analyses; and what carriers told of them.
alter table calls drop constraint calls_tenant_id_fkey;
alter table calls add constraint calls_tenant_id_fkey foreign key (tenant_id) references tenants (id) on delete cascade;
alter table webhook_events drop constraint webhook_events_tenant_id_fkey;
alter table webhook_events add constraint webhook_events_tenant_id_fkey foreign key (tenant_id) references tenants (id) on delete cascade;
alter table messages drop constraint messages_tenant_id_fkey;
alter table messages add constraint messages_tenant_id_fkey foreign key (tenant_id) references tenants (id) on delete cascade;
