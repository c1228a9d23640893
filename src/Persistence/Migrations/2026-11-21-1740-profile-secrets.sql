-- Keys of tenants' own tools and addresses of their calendars are encrypted by a key outside of the database.
alter table tenants
    add column sealed   boolean not null default false; -- those in the profile are; rows from before are when the program starts
