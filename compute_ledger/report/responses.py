PAGE="sweep.html"
def write(contents, planned, results, folder):
    return [d for d in results if d.outcome.error]
