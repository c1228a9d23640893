// A bare WebSocket echo: what the least that Node can do costs. With PARSED=1 each media message is parsed, its audio decoded, encoded again and
// sent as a server of media streams would. Prints its port.
import { WebSocketServer } from 'ws';

const parsed = process.env.PARSED === '1';
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', socket => {
  let streamSid = '';
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => {
    if (!parsed) {
      socket.send(data, { binary: isBinary });
      return;
    }

    const message = JSON.parse(data.toString());
    if (message.event === 'start') streamSid = message.streamSid;
    if (message.event !== 'media') return;
    const audio = Buffer.from(message.media.payload, 'base64');
    socket.send(JSON.stringify({ event: 'media', streamSid, media: { payload: audio.toString('base64') } }));
  });
});
server.on('listening', () => console.log(`listening on ${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
