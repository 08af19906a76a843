/** The network of the node: a cable of two ends, and behind it the pods. Nothing of it is reached from outside this machine. */
export const HOST_ADDRESS = '172.31.253.1';
export const NODE_ADDRESS = '172.31.253.2';
/** Bits of the network that both ends are in. */
export const PREFIX = 24;
export const POD_RANGE = '10.231.0.0/24';
/** The end of the cable on this machine. */
export const LINK = 'apig-node';
