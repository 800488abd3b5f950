"""What is around the head: background, clothes, hair, glasses, things in front. Compiled."""

from __future__ import annotations

import math

from minidl.data.faces.pixel import cell, front, hashed, mix, rgb, rise, soft, times
from minidl.data.faces.scene import BACK, BUN, CAP, LOCK_LEFT, LOCK_RIGHT
from minidl.kernels.machine.jit import inner


@inner
def lit(f, colour, nx, ny, nz, gloss):
    """Light that a surface sends to the camera: Lambert, ambient, and a highlight (Blinn)."""
    lx, ly, lz = f.light[0], f.light[1], f.light[2]
    hx, hy, hz = f.halfway[0], f.halfway[1], f.halfway[2]
    facing = max((nx * lx + ny * ly + nz * lz + 0.12) / 1.12, 0.0)
    light = f.ambient * (0.8 + 0.2 * ny) + f.light_strength * facing
    shine = max(nx * hx + ny * hy + nz * hz, 0.0)
    shine = shine * shine
    shine = shine * shine
    shine = gloss * f.light_strength * shine * shine * shine
    return colour[0] * light + shine, colour[1] * light + shine, colour[2] * light + shine


@inner
def background(f, u, v):
    """A gradient between two colours, with three round things out of focus."""
    t = rise(u * f.gradient[0] + v * f.gradient[1], -1.6, 1.6)
    c = mix(rgb(f.background[0]), rgb(f.background[1]), t)
    for b in range(f.blobs.shape[0]):
        blob = f.blobs[b]
        du, dv = u - blob[0], v - blob[1]
        edge = blob[2] - math.sqrt(du * du + dv * dv)
        c = mix(c, (blob[3], blob[4], blob[5]), 0.8 * rise(edge, -0.05, 0.1))
    return times(c, f.ambient + 0.5 * f.light_strength)


@inner
def swing(x):
    """From 0 to 1 and back, once in every step of 1: a wave much cheaper than a sine."""
    t = 2.0 * (x - math.floor(x)) - 1.0
    return t * t * (2.0 - t * t)


@inner
def strands(f, u, v):
    """Hair's colour in streaks; or a hat, ribbed."""
    if f.strands == 0.0:
        return times(rgb(f.cap_colour), 0.7 + 0.3 * swing(5.0 * u))
    wave = u * 17.0 + 4.0 * swing(0.5 * v + 0.8 * u)
    i, seed = cell(wave), int(f.grain) & 1023
    streak = hashed(i, 3, seed) * (1.0 - wave + i) + hashed(i + 1, 3, seed) * (wave - i)
    return times(rgb(f.cap_colour), 0.65 + 0.7 * streak)


@inner
def ball_of_hair(f, solid, c, u, v, sharp):
    _, inside, nx, ny, nz = front(solid, u, v)
    alpha = soft(inside, 0.67 * sharp)
    if alpha <= 0.0:
        return c
    return mix(c, lit(f, strands(f, u, v), nx, ny, nz, 0.12), alpha)


@inner
def hair_behind(f, solids, c, u, v, sharp):
    c = ball_of_hair(f, solids[BUN], c, u, v, sharp)
    return ball_of_hair(f, solids[BACK], c, u, v, sharp)


@inner
def hair_before(f, solids, c, u, v, face_z, sharp):
    """The hair on the skull, down to the hairline, and the locks at both sides."""
    z, inside, nx, ny, nz = front(solids[CAP], u, v)
    alpha = soft(inside, 0.67 * sharp) * rise(z - face_z, -0.02, 0.04)
    if alpha > 0.0:
        t = f.turn
        x = t[0, 0] * u + t[1, 0] * v + t[2, 0] * z
        y = t[0, 1] * u + t[1, 1] * v + t[2, 1] * z
        depth = t[0, 2] * u + t[1, 2] * v + t[2, 2] * z
        to_front = rise(depth, 0.0, 0.42)
        edge = f.hair_front + f.parting * x - 0.25 * x * x
        edge = f.hair_side + (edge - f.hair_side) * to_front
        jag = 0.05 * f.strands * hashed(cell(x * 14.0), 5, int(f.grain) & 1023)
        alpha *= soft(y - edge - jag, 0.5 * sharp)
        c = mix(c, lit(f, strands(f, x, y), nx, ny, nz, 0.18 * f.strands), alpha)
    c = ball_of_hair(f, solids[LOCK_LEFT], c, u, v, sharp)
    return ball_of_hair(f, solids[LOCK_RIGHT], c, u, v, sharp)


@inner
def glasses(f, c, u, v, face_x, face_y, face_inside, sharp):
    """Two lenses and a bridge in a plane before the eyes, and temples along the head."""
    t = f.turn
    plane = 0.80
    z = (plane - t[0, 2] * u - t[1, 2] * v) / t[2, 2]
    x = t[0, 0] * u + t[1, 0] * v + t[2, 0] * z
    y = t[0, 1] * u + t[1, 1] * v + t[2, 1] * z - f.eye_y + 0.02
    centre = f.eye_x + 0.02
    round_ = min(f.lens_round, f.lens_height)
    qx = abs(abs(x) - centre) - f.lens_width + round_
    qy = abs(y) - f.lens_height + round_
    d = math.sqrt(max(qx, 0.0) ** 2 + max(qy, 0.0) ** 2) + min(max(qx, qy), 0.0) - round_
    frame = rgb(f.frame_colour)
    glare = 0.10 * soft(0.03 - abs(x - 0.7 * y - centre * 0.9), 0.5 * sharp)
    lens = soft(-d, sharp)
    c = mix(c, times(c, 0.3), lens * f.lens_tint)
    c = mix(c, (1.0, 1.0, 1.0), lens * glare)
    rim = soft(f.rim - abs(d), sharp)
    bridge = soft(f.rim - abs(y - 0.04), sharp) if abs(x) < centre - f.lens_width else 0.0
    temple = soft(f.rim - abs(face_y - f.eye_y - 0.06), sharp) * soft(face_inside, sharp)
    temple = temple if abs(face_x) > centre + f.lens_width and d > 0.0 else 0.0
    shade = f.ambient + 0.6 * f.light_strength
    return mix(c, times(frame, shade), max(rim, bridge, temple))


@inner
def occluder(f, c, u, v, sharp):
    """A ball (1), a post from below (2), or a scarf around neck and chin (3)."""
    if f.occlusion == 0.0:
        return c
    if f.occlusion == 3.0:
        inside = f.occluder_y - 0.1 - v + 0.08 * u * u
        fold = 0.8 + 0.3 * math.sin(14.0 * v + 6.0 * u)
        return mix(c, lit(f, times(rgb(f.occluder_colour), fold), 0.0, 0.2, 0.97, 0.0),
                   soft(inside, sharp))  # fmt: skip
    du, dv = u - f.occluder_x, v - f.occluder_y
    if f.occlusion == 2.0:
        dv = max(dv, 0.0)
    r = math.sqrt(du * du + dv * dv)
    nx, ny = du / f.occluder_size, dv / f.occluder_size
    nz = math.sqrt(max(1.0 - nx * nx - ny * ny, 0.0))
    shaded = lit(f, rgb(f.occluder_colour), nx, ny, nz, 0.2)
    return mix(c, shaded, soft(f.occluder_size - r, sharp))
