# From a fresh machine with .NET to real results, without installing anything: builds, starts a cluster with the embedded server, counts the words of real text
# files with it, and compares the totals with a count of its own. Usage: tools/demo.ps1 [FOLDER]; the default is this project's own sources.
# For Windows PowerShell 5.1 and PowerShell 7.
param([string] $Folder = 'src')
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..')
$root = (Get-Location).Path
$Folder = (Resolve-Path $Folder).Path

function Invoke-Checked([string] $Program, [string[]] $Arguments) {
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Program $($Arguments -join ' ') ended with code $LASTEXITCODE" }
}

# As wc -w: a word is a run between white space that has a printing character.
function Measure-Words([string] $Path) {
    $text = [System.Text.Encoding]::GetEncoding('iso-8859-1').GetString([System.IO.File]::ReadAllBytes($Path))
    ([regex]::Matches($text, '[^ \t\n\v\f\r]+') | Where-Object { $_.Value -match '[\x21-\x7e]' }).Count
}

Write-Host 'Building'
Invoke-Checked dotnet @('build', 'tools/qcluster', '-c', 'Release', '-v', 'quiet', '-nologo')
Invoke-Checked dotnet @('build', 'test/QCluster.Demo', '-c', 'Release', '-v', 'quiet', '-nologo')
$tool = if ([System.IO.Path]::DirectorySeparatorChar -eq '\') { 'qcluster.exe' } else { 'qcluster' }
$qcluster = [System.IO.Path]::Combine($root, 'artifacts', 'bin', 'qcluster', 'release', $tool)
$demo = [System.IO.Path]::Combine($root, 'artifacts', 'bin', 'QCluster.Demo', 'release', 'QCluster.Demo.dll')

$work = Join-Path ([System.IO.Path]::GetTempPath()) "qcluster-demo-$PID"
New-Item -ItemType Directory $work | Out-Null
$log = Join-Path $work 'cluster.log'
$key = New-Object byte[] 32
[System.Security.Cryptography.RandomNumberGenerator]::Create().GetBytes($key)
$env:QCLUSTER_SECRET = [System.BitConverter]::ToString($key).Replace('-', '')
$env:QCLUSTER_NAME = "demo-$PID"
$env:QCLUSTER_REDIS = 'embedded'
$cluster = $null
try {
    Write-Host 'Starting a cluster (embedded server, packets signed)'
    $cluster = Start-Process $qcluster -ArgumentList @('start', '--app', "`"$demo`"") -RedirectStandardError $log -NoNewWindow -PassThru
    $handle = $cluster.Handle # or the exit code is lost
    $deadline = (Get-Date).AddSeconds(30)
    while (-not ((Test-Path $log) -and (Select-String -Quiet 'is ready' $log))) {
        if ($cluster.HasExited -or (Get-Date) -gt $deadline) { Get-Content $log; throw 'The cluster was not ready in time' }
        Start-Sleep -Milliseconds 100
    }
    Write-Host "math.copysign(2, -2) = $(& $qcluster async math.copysign 2 -2 --wait 10s)"

    $files = @(Get-ChildItem $Folder -Recurse -File |
        Where-Object { $_.Extension -in '.cs', '.lua', '.md', '.txt', '.rst', '.log' -and $_.Length -lt 1MB -and $_.FullName -notmatch '[\\/]obj[\\/]' } |
        ForEach-Object FullName | Sort-Object)
    if ($files.Count -eq 0) { throw "There are no text files (.cs .lua .md .txt .rst .log) in $Folder" }
    Write-Host "Counting the words of $($files.Count) files in $Folder"
    $answer = $files | ForEach-Object { ConvertTo-Json -Compress -InputObject @($_) } | & $qcluster iter demo.word_count --wait 5m
    if ($LASTEXITCODE -ne 0) { throw "qcluster iter ended with code $LASTEXITCODE" }
    $rows = @(($answer -join "`n") | ConvertFrom-Json | ForEach-Object { $_ })
    $rows | Sort-Object Words -Descending | Select-Object -First 20 @{ n = 'words'; e = { $_.Words } }, @{ n = 'worker'; e = { $_.Worker } }, @{ n = 'file'; e = { $_.Path } } | Format-Table | Out-Host
    $total = ($rows | Measure-Object Words -Sum).Sum
    $expected = ($files | ForEach-Object { Measure-Words $_ } | Measure-Object -Sum).Sum
    $workers = @($rows | Select-Object -ExpandProperty Worker -Unique).Count
    Write-Host "total: $total words in $($rows.Count) files by $workers worker processes; a count of their own says $expected"
    if ($total -ne $expected -or $rows.Count -ne $files.Count) { throw 'The totals differ' }
    Write-Host 'Done'
}
finally {
    if ($cluster -and -not $cluster.HasExited) { Stop-Process -Id $cluster.Id; $cluster.WaitForExit() }
    Remove-Item -Recurse -Force $work -ErrorAction SilentlyContinue
    Remove-Item Env:QCLUSTER_SECRET, Env:QCLUSTER_NAME, Env:QCLUSTER_REDIS
}
