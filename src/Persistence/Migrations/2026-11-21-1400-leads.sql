-- From when on a caller wants to be called back, and leads of bookings that were moved or called off later.

alter table leads
    add column call_back_for    timestamp,              -- wall clock in time_zone
    add column call_back_at     timestamptz,            -- the same moment
    drop constraint leads_status_check,
    add constraint leads_status_check check (status in ('open', 'confirmed', 'moved', 'cancelled'));
create index leads_tenant_call_back on leads (tenant_id, call_back_at) where call_back_at is not null and handled_at is null;

update leads l
set status = (
    select b.status from bookings b where b.call_id = l.call_id and b.starts_local = l.requested_for and b.status in ('moved', 'cancelled')
    order by b.updated_at desc limit 1)
where l.status = 'confirmed'
  and exists (select 1 from bookings b where b.call_id = l.call_id and b.starts_local = l.requested_for and b.status in ('moved', 'cancelled'))
  and not exists (select 1 from bookings b where b.call_id = l.call_id and b.starts_local = l.requested_for and b.status = 'confirmed');
