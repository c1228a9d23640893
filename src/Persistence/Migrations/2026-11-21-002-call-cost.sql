-- What a call used of its providers, and what that costs. Use is kept by media stream, so that the end of a stream can be written
-- any number of times, also after another stream has taken up the call.
alter table calls
    add column usage          jsonb,    -- {"<stream id>": [{capability, provider, model, unit, amount}, ...]}
    add column cost           numeric,  -- null when not known: something used has no price
    add column cost_currency  text check (cost_currency ~ '^[A-Z]{3}$');
