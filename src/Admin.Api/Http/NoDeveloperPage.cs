using Microsoft.AspNetCore.Diagnostics;

namespace Parley.Admin.Api.Http;

/// <summary>
/// In the development environment the program shows exceptions on a page, and sits between the API and its own handler. The API answers
/// the same in every environment.
/// </summary>
internal sealed class NoDeveloperPage : IDeveloperPageExceptionFilter
{
    public Task HandleExceptionAsync(ErrorContext errorContext, Func<ErrorContext, Task> next) =>
        errorContext.HttpContext.Request.Path.StartsWithSegments(AdminApi.Prefix)
            ? AdminProblems.WriteAsync(errorContext.HttpContext, errorContext.Exception)
            : next(errorContext);
}
