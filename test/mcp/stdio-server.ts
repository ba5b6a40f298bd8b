import { spawn } from 'node:child_process';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

/** A program made by the SDK, which tells what it was given, and can be made to go. Started by MCP_CONFIG of a test. */
const mcp = new McpServer({ name: 'Program of tests', version: '1.0.0' });
const say = (text: string) => ({ content: [{ type: 'text' as const, text }] });
// As launchers do: a child of its own, that would outlive it.
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });

mcp.registerTool('environment', { description: 'Tells its environment.' }, () => say(JSON.stringify(process.env)));
mcp.registerTool('pids', { description: 'Tells who runs.' }, () => say(JSON.stringify([process.pid, child.pid])));
mcp.registerTool('go', { description: 'Ends the program.' }, () => process.exit(3));
process.stdout.write('Words that are no message.\n');
await mcp.connect(new StdioServerTransport());
