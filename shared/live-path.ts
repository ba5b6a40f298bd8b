/** Where Socket.IO listens: its `path` on the client. */
export const livePath = '/ws/socket.io/';
