using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Parley.Admin.Api.Http;

/// <summary>
/// Wraps everything under <c>/api</c>, before routing, in security headers and problem details. A startup filter, because a mapped
/// endpoint cannot answer for paths that are not mapped.
/// </summary>
internal sealed class AdminPipeline : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments(AdminApi.Prefix), admin =>
        {
            admin.Use((context, following) =>
            {
                SecurityHeaders.Set(context.Response);
                return following(context);
            });
            AdminProblems.Use(admin);
        });
        next(app);
    };
}
