-- A plan that tenants have is not deleted from under them: they would silently have everything that it switched off.
alter table tenants drop constraint tenants_plan_fkey;
alter table tenants add constraint tenants_plan_fkey foreign key (plan) references plans (name) on update cascade on delete restrict;
